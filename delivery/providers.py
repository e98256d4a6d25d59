"""Decide where Terraform gets the AWS provider from, and tell Terraform.

The first that fits wins: the user's own CLI configuration, the mirror that TF_PROVIDER_MIRROR names, a mirror in one of
Terraform's implied folders, the registry, and last a mirror found on this machine's disks.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from delivery.errors import ToolMissingError
from delivery.mirror import DEPTH, HOST, Mirror, dotted, implied, inspect, scan

REGISTRY_SECONDS = 3.0
_MIRRORED = """filesystem_mirror {
    path    = %s
    include = ["registry.terraform.io/hashicorp/aws"]
  }
  direct {
    exclude = ["registry.terraform.io/hashicorp/aws"]
  }"""


@dataclass(frozen=True)
class Source:
    """Where providers come from.

    Args:
        description: one line for the user.
        configuration: the CLI configuration file for TF_CLI_CONFIG_FILE.
    """

    description: str
    configuration: Path


def choose(
    environment: Mapping[str, str],
    *,
    platform: str,
    folder: Path,
    registry: Callable[[], bool] | None = None,
    roots: Iterable[Path] | None = None,
) -> Source:
    """Find a source for hashicorp/aws and write the CLI configuration that makes Terraform use it.

    Args:
        environment: the user's environment.
        platform: for example `linux_amd64`.
        folder: build folder that receives `terraformrc` and remembers a mirror once found.
        registry: says whether the public registry answers (default: asks it, 3 seconds at most).
        roots: where a search of the disks begins (default: the home folder, then `/`).

    Raises:
        ToolMissingError: no source; the message lists what was looked at, and the cure.
    """
    own = user_configuration(environment)
    if own == folder / "terraformrc":  # ours, from `make env`: written anew, the mirror may have moved
        own = None
    if own is not None and "provider_installation" in own.read_text(encoding="utf-8"):
        return Source(f"providers as {own} says", own)
    looked: list[str] = []
    mirror = _named_mirror(environment, platform) or _near_mirror(environment, platform, folder, looked)
    if mirror is None and (registry or registry_answers)():
        return _write(folder, own, "direct {}", f"providers from {HOST}")
    if mirror is None:
        looked.append(f"{HOST}: does not answer within {REGISTRY_SECONDS:g} seconds")
        mirror = _far_mirror(roots or [Path(environment.get("HOME") or "/"), Path("/")], platform, looked)
    if mirror is None:
        raise ToolMissingError(_nothing_found(looked, platform))
    (folder / "mirror.json").parent.mkdir(parents=True, exist_ok=True)
    (folder / "mirror.json").write_text(json.dumps({"path": str(mirror.path)}), encoding="utf-8")
    return _write(
        folder,
        own,
        _MIRRORED % json.dumps(str(mirror.path)),
        f"provider aws {dotted(mirror.version)} from the mirror {mirror.path}",
    )


def user_configuration(environment: Mapping[str, str]) -> Path | None:
    """The CLI configuration file that Terraform would read on its own, if it exists.

    Args:
        environment: the user's environment (TF_CLI_CONFIG_FILE, HOME).
    """
    named = environment.get("TF_CLI_CONFIG_FILE")
    file = Path(named) if named else Path(environment.get("HOME") or Path.home()) / ".terraformrc"
    return file if file.is_file() else None


def registry_answers() -> bool:
    """Whether the public registry can be reached from here over TLS, proxies included."""
    try:
        with urllib.request.urlopen(f"https://{HOST}/.well-known/terraform.json", timeout=REGISTRY_SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _named_mirror(environment: Mapping[str, str], platform: str) -> Mirror | None:
    named = environment.get("TF_PROVIDER_MIRROR")
    if not named:
        return None
    found = inspect(Path(named), platform)
    if isinstance(found, str):
        raise ToolMissingError(f"TF_PROVIDER_MIRROR names no usable mirror: {found}; correct it or unset it")
    return found


def _near_mirror(environment: Mapping[str, str], platform: str, folder: Path, looked: list[str]) -> Mirror | None:
    return _first([*_remembered(folder), *implied(environment, platform)], platform, looked)


def _far_mirror(roots: Iterable[Path], platform: str, looked: list[str]) -> Mirror | None:
    roots = list(roots)
    found = _first(scan(roots), platform, looked)
    if found is None:
        looked.append(f"any folder named {HOST} up to {DEPTH} levels below {', '.join(map(str, roots))}")
    return found


def _remembered(folder: Path) -> list[Path]:
    try:
        return [Path(json.loads((folder / "mirror.json").read_text(encoding="utf-8"))["path"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _first(folders: Iterable[Path], platform: str, looked: list[str]) -> Mirror | None:
    for candidate in folders:
        found = inspect(candidate, platform)
        if isinstance(found, Mirror):
            return found
        looked.append(found)
    return None


def _write(folder: Path, own: Path | None, installation: str, description: str) -> Source:
    file = folder / "terraformrc"
    folder.mkdir(parents=True, exist_ok=True)
    kept = own.read_text(encoding="utf-8").rstrip() + "\n\n" if own is not None else ""
    file.touch(mode=0o600)  # the user's own file may hold credentials
    file.write_text(f"{kept}provider_installation {{\n  {installation}\n}}\n", encoding="utf-8")
    return Source(description, file)


def _nothing_found(looked: list[str], platform: str) -> str:
    places = "\n".join(f"  - {place}" for place in dict.fromkeys(looked))
    return (
        f"no provider hashicorp/aws (5.100 or a later 5.x, {platform}) to be found; looked at:\n{places}\n"
        "connect to the internet; or, on a machine that is connected, run `terraform providers mirror <folder>` in a "
        "configuration that requires the provider, copy <folder> here and set TF_PROVIDER_MIRROR=<folder>"
    )
