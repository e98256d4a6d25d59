"""The environment of each function, typed. The variables are set by Terraform; each field is one, in lower case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TypeVar

from transactions.errors import SettingsError

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_HOST = re.compile(r"[a-z0-9]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Settings:
    """What every function needs.

    Args:
        aws_region: the Region that the function runs in, set by Lambda.
        cluster_endpoint: host name of this Region's cluster.
        database_role: the PostgreSQL role to connect as.
        log_level: one of LOG_LEVELS.
    """

    aws_region: str
    cluster_endpoint: str
    database_role: str
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        """Check the values that would otherwise fail late and darkly."""
        if self.log_level not in LOG_LEVELS:
            raise SettingsError(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, got {self.log_level!r}")
        if not _HOST.fullmatch(self.cluster_endpoint):
            raise SettingsError(
                "CLUSTER_ENDPOINT must be a host name such as <id>.dsql.us-east-1.on.aws, "
                f"got {self.cluster_endpoint!r}"
            )


@dataclass(frozen=True, kw_only=True)
class ApiSettings(Settings):
    """What the transactions function needs.

    Args:
        cluster_identifier: id of this Region's cluster, for its status.
        relay_function_name: the function to wake after a write.
        field_key_arn: the KMS key of this Region for sensitive fields; empty where there is no field encryption.
    """

    cluster_identifier: str
    relay_function_name: str
    field_key_arn: str = ""


@dataclass(frozen=True, kw_only=True)
class RelaySettings(Settings):
    """What the relay needs.

    Args:
        event_bus_name: this Region's custom bus.
    """

    event_bus_name: str


@dataclass(frozen=True, kw_only=True)
class NotifySettings(Settings):
    """What the notifying function needs.

    Args:
        topic_arn: the SNS topic of this Region.
    """

    topic_arn: str


Kind = TypeVar("Kind", bound=Settings)


def load(kind: type[Kind], environment: Mapping[str, str]) -> Kind:
    """Read a function's settings.

    Args:
        kind: which function's.
        environment: usually `os.environ`.

    Raises:
        SettingsError: names every variable that is missing or empty, or the one that is wrong.
    """
    values = {field.name: environment.get(field.name.upper(), "") for field in fields(kind)}
    optional = {field.name for field in fields(kind) if field.default is not MISSING}
    missing = sorted(name.upper() for name, value in values.items() if not value and name not in optional)
    if missing:
        raise SettingsError(f"missing in the function's environment: {', '.join(missing)}; deploy again to set them")
    return kind(**{name: value for name, value in values.items() if value})
