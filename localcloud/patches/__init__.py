"""What MiniStack 1.5.33 lacks or does otherwise than AWS, one concern a file, each with its reason.

All patches replace private names, so they fit one version only. `install` therefore checks the version and every
name that a patch touches before the first of them is changed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from localcloud.dsql.databases import Storage
from localcloud.errors import PatchMismatchError
from localcloud.peers import Peers
from localcloud.settings import Settings

VERSION = "1.5.33"
NAMES = (
    "administrator",
    "api_domains",
    "api_hosts",
    "api_permissions",
    "api_tags",
    "backup_vaults",
    "bus_updates",
    "cloudwatch_alarms",
    "dsql_lifecycle",
    "dsql_resources",
    "dsql_session",
    "event_deletion",
    "event_targets",
    "fault_injection",
    "health",
    "kms_conditions",
    "lambda_actions",
    "lambda_async",
    "lambda_code",
    "lambda_environment",
    "lambda_payload",
    "lambda_runtime",
    "lambda_starts",
    "log_keys",
    "named_resources",
    "principal_arn",
    "replication",
    "route53_changes",
    "route53_health",
    "schema_registry",
    "service_keys",
    "snapshots",
    "telemetry_kept",
    "vpc_endpoints",
    "xray_rules",
)


@dataclass(frozen=True)
class Context:
    """What a patch may use."""

    settings: Settings
    peers: Peers
    databases: Storage


def install(context: Context) -> None:
    """Check MiniStack, then put every patch in place.

    Raises:
        PatchMismatchError: another version, or a name that a patch needs is missing.
    """
    patches = [importlib.import_module(f"{__name__}.{name}") for name in NAMES]
    check(patches, importlib.metadata.version("ministack"))
    for patch in patches:
        patch.install(context)


def check(patches: Iterable[ModuleType], version: str) -> None:
    """Check the version of MiniStack and that every name in the patches' NEEDS exists.

    Raises:
        PatchMismatchError: with what is missing and the cure.
    """
    if version != VERSION:
        raise PatchMismatchError(
            f"ministack {version} is installed, but the patches fit {VERSION} only; "
            f"run: pip install ministack=={VERSION}"
        )
    missing = [
        f"{module}.{name} (for {patch.__name__})"
        for patch in patches
        for module, names in needs(patch).items()
        for name in names
        if not _has(module, name)
    ]
    if missing:
        raise PatchMismatchError(
            f"ministack {version} lacks {', '.join(missing)}; the installation is damaged or changed, run: "
            f"pip install --force-reinstall ministack=={VERSION}"
        )


def needs(patch: ModuleType) -> Mapping[str, tuple[str, ...]]:
    """The names that a patch touches, by module of MiniStack."""
    names: Mapping[str, tuple[str, ...]] = patch.NEEDS
    return names


def _has(module: str, name: str) -> bool:
    found: object = importlib.import_module(f"ministack.{module}")
    for part in name.split("."):
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True
