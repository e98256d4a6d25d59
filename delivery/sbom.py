"""What a release is made of, as CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/.

Nothing in it depends on when or where it was made, so that two builds of one source have the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

from delivery.errors import DeliveryError

_OURS = "Apache-2.0"


@dataclass(frozen=True)
class Wheel:
    """A distribution from the package index, as a Lambda package holds it.

    Args:
        file: the wheel.
        name: of the distribution, as it calls itself.
        version: of the distribution.
        licence: SPDX expression.
        libraries: shared objects that the wheel brings along, name to SHA-256.
    """

    file: Path
    name: str
    version: str
    licence: str
    libraries: Mapping[str, str]

    @classmethod
    def read(cls, file: Path, requirements: str) -> Wheel:
        """Read a wheel's own metadata.

        Args:
            file: the wheel.
            requirements: text of the requirements that it was installed from, with hashes.

        Raises:
            DeliveryError: it is not one of those that the requirements allow.
        """
        if f"sha256:{_digest(file.read_bytes())}" not in requirements:
            raise DeliveryError(f"{file.name} is none of the files whose hashes lambda/requirements.txt pins")
        with zipfile.ZipFile(file) as archive:
            names = sorted(archive.namelist())
            metadata = _metadata(archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))))
            libraries = {name: _digest(archive.read(name)) for name in names if ".libs/" in name and ".so" in name}
        licence = metadata["License-Expression"] or metadata["License"] or "NOASSERTION"
        return cls(file, metadata["Name"], metadata["Version"], licence, libraries)

    @property
    def reference(self) -> str:
        """Package URL: https://github.com/package-url/purl-spec."""
        name = self.name.lower().replace("_", "-")
        return f"pkg:pypi/{name}@{self.version}?file_name={quote(self.file.name)}"

    def component(self) -> dict[str, Any]:
        """The component, with what is bundled in it below."""
        found = _component("library", self.name, self.reference, self.version, self.licence, self.file.read_bytes())
        bundled = [
            {"type": "file", "name": name, "bom-ref": f"{self.reference}#{name}", "hashes": _hashes(digest)}
            for name, digest in self.libraries.items()
        ]
        return {**found, "purl": self.reference, **({"components": bundled} if bundled else {})}


def bill(name: str, version: str, modules: Iterable[str], packages: Mapping[Path, Sequence[Wheel]]) -> str:
    """Write the bill of materials of a release.

    Args:
        name: of the release.
        version: of the release.
        modules: names of the Terraform modules in it.
        packages: Lambda package to the wheels in it.

    Returns:
        CycloneDX JSON.
    """
    root = f"pkg:generic/{name}@{version}"
    ours = [
        _component("library", f"modules/{module}", f"{root}#modules/{module}", version, _OURS) for module in modules
    ]
    zips = {file: f"{root}#packages/{file.name}" for file in packages}
    ours += [
        _component("application", f"packages/{file.name}", reference, version, _OURS, file.read_bytes())
        for file, reference in zips.items()
    ]
    wheels = {wheel.reference: wheel for found in packages.values() for wheel in found}
    edges = {root: [component["bom-ref"] for component in ours]}
    edges |= {zips[file]: sorted(wheel.reference for wheel in found) for file, found in packages.items()}
    components = [*ours, *(wheels[reference].component() for reference in sorted(wheels))]
    content = {
        "metadata": {"component": {**_component("application", name, root, version, _OURS), "purl": root}},
        "components": components,
        "dependencies": [{"ref": reference, "dependsOn": below} for reference, below in edges.items()],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1}
    return json.dumps({**head, **content}, indent=2) + "\n"


def _component(
    kind: str, name: str, reference: str, version: str, licence: str, content: bytes | None = None
) -> dict[str, Any]:
    found = {"type": kind, "bom-ref": reference, "name": name, "version": version}
    hashes = {} if content is None else {"hashes": _hashes(_digest(content))}
    return {**found, **hashes, "licenses": [{"expression": licence}]}


def _hashes(digest: str) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": digest}]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _metadata(content: bytes) -> Message:
    return BytesParser().parsebytes(content, headersonly=True)
