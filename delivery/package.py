"""The Lambda package: one zip for all functions, with the same bytes wherever it is built.

The wheels are those of lambda/requirements.txt, by hash; members are sorted and carry no time and no owner. A zip says
in its comment what it was made from, so that one that is up to date is left alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from delivery.compile import compiled, interpreter
from delivery.errors import DeliveryError, RefusedError

SOURCE = Path(__file__).resolve().parent.parent / "lambda"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# Amazon Linux 2023, from python3.12 on, has glibc 2.34; the wheels need 2.28 at most.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
_PLATFORMS = {
    "arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
}
_MACHINES = {"aarch64": "arm64", "amd64": "x86_64"}
_FORMAT = 2  # part of the fingerprint: a change of the way zips are made makes them anew
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
_COMPRESSION_LEVEL = 9
_MODE = 0o100644
_DOWNLOAD_SECONDS = 600
# Of a wheel's metadata, psycopg reads its version from METADATA; the licences must go along.
_METADATA = re.compile(r"[^/]+\.dist-info/(METADATA|licenses/.*|LICENSE.*)")
_NOT_AT_RUN_TIME = {".pyc", ".pyi"}


@dataclass(frozen=True)
class Package:
    """A package and the runtime that it fits.

    Args:
        filename: the zip.
        runtime: Lambda's name of the runtime, as in python3.13.
        architecture: arm64 or x86_64.
    """

    filename: Path
    runtime: str
    architecture: str

    @classmethod
    def default(cls, folder: Path) -> Package:
        """The package that the stack takes when nothing else is said: Python 3.13 on arm64.

        Args:
            folder: where packages are built.
        """
        return cls._of(folder, "3.13", "arm64")

    @classmethod
    def for_this_machine(cls, folder: Path) -> Package:
        """The package for functions that this machine runs with this interpreter, in the embedded cloud.

        Args:
            folder: where packages are built.
        """
        return cls._of(folder, _this_python(), _this_architecture())

    @classmethod
    def _of(cls, folder: Path, python: str, architecture: str) -> Package:
        return cls(folder / f"transactions-python{python}-{architecture}.zip", f"python{python}", architecture)

    def variable(self) -> str:
        """The value of the Terraform variable `lambda_package`, as JSON."""
        return json.dumps({"filename": str(self.filename), "runtime": self.runtime, "architecture": self.architecture})


def build(destination: Path, *, python: str = "3.13", architecture: str = "arm64") -> Path:
    """Build the package, unless the file there is made from the same source already.

    Wheels are kept beside it, in `wheels`, so that a second build needs no network.

    Args:
        destination: the zip to write; its folder is made.
        python: minor version of the runtime, one of PYTHONS.
        architecture: arm64 or x86_64.

    Returns:
        The destination.

    Raises:
        RefusedError: an unsupported Python or architecture, or a pair that Lambda cannot run.
        DeliveryError: a wheel could not be downloaded.
    """
    _check(python, architecture)
    fingerprint = _fingerprint(python, architecture)
    if _comment(destination) == fingerprint:
        return destination
    members = dict(_sources())
    for wheel in wheels(destination.parent / "wheels", python, architecture):
        members |= _contents(wheel)
    if program := interpreter(python):
        members |= compiled(members, program)
    _write(destination, members, fingerprint)
    return destination


def _check(python: str, architecture: str) -> None:
    if python not in PYTHONS:
        raise RefusedError(f"Python must be one of {', '.join(PYTHONS)}, as Lambda has them; got {python!r}")
    if architecture not in _PLATFORMS:
        raise RefusedError(f"architecture must be {' or '.join(_PLATFORMS)}, got {architecture!r}")
    asked, here = (python, architecture), (_this_python(), _this_architecture())
    if asked == ("3.11", "arm64") and asked != here:  # the embedded cloud runs functions on this machine's own glibc
        raise RefusedError(
            "Lambda's python3.11 on arm64 has glibc 2.26, but psycopg's wheels for it need 2.27; "
            "choose Python 3.12 or later, or x86_64"
        )


def _this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _this_architecture() -> str:
    machine = platform.machine().lower()
    return _MACHINES.get(machine, machine)


def _requirements() -> Path:
    return SOURCE / "requirements.txt"


def _fingerprint(python: str, architecture: str) -> bytes:
    form = "compiled" if interpreter(python) else "source"
    digest = hashlib.sha256(f"{_FORMAT} {python} {architecture} {form}\n".encode())
    for name, content in [("requirements.txt", _requirements().read_bytes()), *_sources()]:
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest().encode()


def _comment(path: Path) -> bytes | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment
    except (OSError, zipfile.BadZipFile):
        return None


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file() and path.suffix in {".py", ".pem", ".sql"}:
            yield path.relative_to(SOURCE).as_posix(), path.read_bytes()


def wheels(cache: Path, python: str, architecture: str) -> list[Path]:
    """The wheels that the requirements name, downloaded if they are not in the cache.

    Args:
        cache: folder of wheels, one below it for each pair of Python and architecture.
        python: minor version of the runtime.
        architecture: arm64 or x86_64.

    Raises:
        DeliveryError: a wheel could not be downloaded.
    """
    wanted = f"{_platforms(python, architecture)}\n".encode() + _requirements().read_bytes()
    key = hashlib.sha256(wanted).hexdigest()[:16]
    folder = cache / f"{key}-python{python}-{architecture}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            downloaded = Path(scratch) / "wheels"
            _download(downloaded, python, architecture)
            if not folder.is_dir():
                downloaded.rename(folder)
    return sorted(folder.glob("*.whl"))


def _platforms(python: str, architecture: str) -> tuple[str, ...]:
    names = _PLATFORMS[architecture]
    # Amazon Linux 2, of python3.11, has glibc 2.26. For arm64 psycopg has no such wheels: `_check` refuses that pair.
    return names[1:] if (python, architecture) == ("3.11", "x86_64") else names


def _download(folder: Path, python: str, architecture: str) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--requirement", str(_requirements()), "--require-hashes", "--no-deps", "--only-binary=:all:"]
    command += ["--implementation=cp", f"--python-version={python}", "--dest", str(folder)]
    command += [f"--platform={name}" for name in _platforms(python, architecture)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise DeliveryError(f"downloading wheels took more than {_DOWNLOAD_SECONDS} s; check the network") from None
    if done.returncode != 0:
        said = done.stderr.splitlines()
        # Of what pip did not foresee, such as a full disk, only the last line of its traceback tells.
        errors = [line for line in said if line.startswith("ERROR") and line != "ERROR: Exception:"] or said[-1:]
        raise DeliveryError(
            f"the wheels for Python {python} on {architecture} could not be downloaded: {' '.join(errors)}; "
            "is the package index reachable? A mirror or a proxy is named by PIP_INDEX_URL and HTTPS_PROXY"
        )


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if _at_run_time(name)}


def _at_run_time(name: str) -> bool:
    path = PurePosixPath(name)
    if name.endswith("/") or path.suffix in _NOT_AT_RUN_TIME:
        return False
    return ".dist-info" not in path.parts[0] or _METADATA.fullmatch(name) is not None


def _write(destination: Path, members: dict[str, bytes], fingerprint: bytes) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.with_name(f".{destination.name}.{os.getpid()}")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as archive:
        for name, content in sorted(members.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system = 3  # Unix, also where it is built on another system
            member.external_attr = _MODE << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=_COMPRESSION_LEVEL)
        archive.comment = fingerprint
    partial.replace(destination)
