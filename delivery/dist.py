"""A release: one archive that Terraform can take modules from, with the Lambda packages, checksums and an SBOM.

    source = "https://example.com/dsql-active-active-1.0.0.tar.gz//modules/application"

The archive has no folder of its own at the top, because what follows `//` is a path in it. Members are sorted and
carry no time and no owner: two builds of one source have the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from delivery import package, sbom

PYTHON = "3.13"
ARCHITECTURES = ("arm64", "x86_64")
# The examples and the documents because the modules' READMEs lead there.
_CONTENT = ("CHANGELOG.md", "LICENSE", "docs", "examples", "modules")
_SUFFIXES = {"", ".hcl", ".md", ".py", ".sh", ".tf"}  # nothing that a plan in an example left, and no one's .tfvars
_SUMS = "SHA256SUMS"
_BILL = "sbom.cdx.json"
_EPOCH = 315532800  # 1980-01-01, as in the Lambda packages
_MODE = 0o644
_COMPRESSION_LEVEL = 9


@dataclass(frozen=True)
class Release:
    """What was written.

    Args:
        archive: the tarball.
        bill: the SBOM, which is in the archive too.
        sums: SHA-256 of both, for `sha256sum --check`.
    """

    archive: Path
    bill: Path
    sums: Path


def build(repository: Path, destination: Path, packages: Path) -> Release:
    """Build the release of what the repository holds.

    Args:
        repository: folder of pyproject.toml, whose version the release has, of `modules` and of `examples`.
        destination: folder to write to; it is made.
        packages: folder where Lambda packages are built, with wheels that were downloaded before.

    Raises:
        DeliveryError: a wheel could not be downloaded, or is not one that is pinned.
    """
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    zips = {
        package.build(
            packages / f"transactions-python{PYTHON}-{architecture}.zip", python=PYTHON, architecture=architecture
        ): architecture
        for architecture in ARCHITECTURES
    }
    bill = sbom.bill(name, version, sorted(_modules(repository)), {file: _wheels(file, zips[file]) for file in zips})
    members = dict(_files(repository)) | {f"packages/{file.name}": file.read_bytes() for file in zips}
    return write(destination, f"{name}-{version}", members | {_BILL: bill.encode()})


def write(destination: Path, name: str, members: Mapping[str, bytes]) -> Release:
    """Write the archive, and its SBOM and checksums beside it.

    Args:
        destination: folder to write to; it is made.
        name: of the archive, without `.tar.gz`.
        members: path in the archive to content; the checksums are added.
    """
    destination.mkdir(parents=True, exist_ok=True)
    archive, bill = destination / f"{name}.tar.gz", destination / f"{name}.{_BILL}"
    archive.write_bytes(_packed({**members, _SUMS: _sums(members)}))
    bill.write_bytes(members[_BILL])
    sums = destination / _SUMS
    sums.write_bytes(_sums({file.name: file.read_bytes() for file in (archive, bill)}))
    return Release(archive, bill, sums)


def _modules(repository: Path) -> Iterator[str]:
    return (folder.name for folder in (repository / "modules").iterdir() if folder.is_dir())


def _wheels(zip_file: Path, architecture: str) -> list[sbom.Wheel]:
    requirements = (package.SOURCE / "requirements.txt").read_text(encoding="utf-8")
    found = package.wheels(zip_file.parent / "wheels", PYTHON, architecture)
    return [sbom.Wheel.read(file, requirements) for file in found]


def _files(repository: Path) -> Iterator[tuple[str, bytes]]:
    for entry in _CONTENT:
        found = repository / entry
        for file in [found] if found.is_file() else sorted(found.rglob("*")):
            path = file.relative_to(repository)
            if file.is_file() and file.suffix in _SUFFIXES and not any(part.startswith(".") for part in path.parts):
                yield path.as_posix(), file.read_bytes()


def _sums(members: Mapping[str, bytes]) -> bytes:
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(members.items())]
    return "".join(lines).encode()


def _packed(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, compresslevel=_COMPRESSION_LEVEL, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content in sorted(members.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), _EPOCH, _MODE
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()
