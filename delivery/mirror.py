"""Find a filesystem mirror that holds a usable AWS provider.

Terraform knows two layouts below a mirror's folder (https://developer.hashicorp.com/terraform/cli/config/config-file):

    unpacked   registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5
    packed     registry.terraform.io/hashicorp/aws/terraform-provider-aws_5.100.0_linux_amd64.zip
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from delivery.toolchain import parse_version

HOST = "registry.terraform.io"
MINIMUM_PROVIDER = (5, 100, 0)  # the first line with all of DSQL; `main.py` pins the same major
DEPTH = 4
SCAN_SECONDS = 10.0
_PSEUDO = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "debugfs", "tracefs", "securityfs", "bpf"}
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "lustre", "glusterfs", "autofs"}
_NEVER = {"/proc", "/sys", "/dev", "/System", "/Volumes", "/Network"}
_PACKED = re.compile(r"terraform-provider-aws_(?P<version>\d+\.\d+\.\d+)_(?P<platform>[a-z0-9]+_[a-z0-9]+)\.zip")


@dataclass(frozen=True)
class Mirror:
    """A folder that Terraform can use as `filesystem_mirror`.

    Args:
        path: the folder that holds `registry.terraform.io`.
        version: newest usable version of hashicorp/aws in it.
    """

    path: Path
    version: tuple[int, int, int]


def inspect(folder: Path, platform: str) -> Mirror | str:
    """Look whether a folder is a mirror with a usable provider.

    Args:
        folder: the folder that should hold `registry.terraform.io` (or that folder itself).
        platform: for example `linux_amd64`.

    Returns:
        The mirror, or the reason why it is none, for the user to read.
    """
    root = folder.parent if folder.name == HOST else folder
    versions = set(_versions(root / HOST / "hashicorp" / "aws"))
    if not versions:
        return f"{root}: holds no {HOST}/hashicorp/aws"
    fitting = {version for version, built_for in versions if built_for == platform}
    if not fitting:
        return f"{root}: has hashicorp/aws for {', '.join(sorted({p for _, p in versions}))}, not for {platform}"
    usable = {version for version in fitting if version >= MINIMUM_PROVIDER and version[0] == MINIMUM_PROVIDER[0]}
    if not usable:
        return f"{root}: has hashicorp/aws {', '.join(map(dotted, sorted(fitting)))}; 5.100 or a later 5.x is needed"
    return Mirror(root, max(usable))


def implied(environment: Mapping[str, str], platform: str) -> list[Path]:
    """The folders in which Terraform looks without being told, in its own order.

    Args:
        environment: the user's environment (HOME, XDG_DATA_HOME, XDG_DATA_DIRS).
        platform: for example `linux_amd64`; macOS has a folder more.
    """
    home = Path(environment.get("HOME") or Path.home())
    folders = [home / ".terraform.d" / "plugins"]
    if platform.startswith("darwin"):
        folders += [home / "Library/Application Support/io.terraform/plugins"]
        folders += [Path("/Library/Application Support/io.terraform/plugins")]
    else:
        data = environment.get("XDG_DATA_HOME") or str(home / ".local/share")
        shared = (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
        folders += [Path(folder) / "terraform" / "plugins" for folder in [data, *shared] if folder]
    return folders


def scan(roots: Iterable[Path], depth: int = DEPTH, seconds: float = SCAN_SECONDS) -> Iterator[Path]:
    """Folders that hold a `registry.terraform.io`, nearest first; pseudo and network file systems are left out.

    Args:
        roots: where to begin; symbolic links below are not followed.
        depth: how many folders deep `registry.terraform.io` may lie.
        seconds: the search gives up silently after this time.
    """
    deadline = time.monotonic() + seconds
    skipped = _NEVER | _foreign_mounts()
    level = [str(root) for root in roots]
    for _ in range(depth):
        below: list[str] = []
        for folder in level:
            if time.monotonic() > deadline:
                return
            for entry in _folders(folder):
                if entry.name == HOST:
                    yield Path(folder)
                elif entry.path not in skipped:
                    below.append(entry.path)
        level = below


def dotted(version: tuple[int, int, int]) -> str:
    """A version as people write it: `5.100.0`."""
    return ".".join(map(str, version))


def _versions(provider: Path) -> Iterator[tuple[tuple[int, int, int], str]]:
    for binary in provider.glob("*/*/terraform-provider-aws*"):
        try:
            yield parse_version(binary.parent.parent.name), binary.parent.name
        except ValueError:
            continue
    for archive in provider.glob("terraform-provider-aws_*.zip"):
        if match := _PACKED.fullmatch(archive.name):
            yield parse_version(match["version"]), match["platform"]


def _folders(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted((e for e in entries if e.is_dir(follow_symlinks=False)), key=lambda entry: entry.name)
    except OSError:  # not ours to read, or gone meanwhile
        return []


def _foreign_mounts() -> set[str]:
    if sys.platform != "linux":
        return set()
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    foreign = _PSEUDO | _NETWORK
    return {where for where, kind in mounts if kind in foreign or kind.startswith("fuse")}
