"""A login at a cluster: an IAM token as the password, and what libpq needs besides, as environment variables.

https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import botocore
import psycopg

from ops.aws import Aws
from ops.deployment import Side

ADMIN = "admin"
ROLES = ("readonly", ADMIN)
_TOKEN_SECONDS = 900
# Mozilla's roots, which have Amazon's; psycopg's wheels find none of the system's.
_ROOTS = Path(botocore.__file__).with_name("cacert.pem")


class LoginError(Exception):
    """The cluster does not let the caller in; says why, and what helps."""


def login(aws: Aws, side: Side, role: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Environment variables with which psql and psycopg connect.

    Args:
        aws: the account; its credentials sign the token.
        side: whose cluster.
        role: the database role, one of ROLES.
        environment: looked at for PGSSLROOTCERT; the embedded cloud also sets PGHOSTADDR and PGPORT there.
    """
    client = aws.client("dsql", side.region)
    generate = client.generate_db_connect_admin_auth_token if role == ADMIN else client.generate_db_connect_auth_token
    return {
        **environment,
        "PGHOST": side.endpoint,
        "PGUSER": role,
        "PGDATABASE": "postgres",
        "PGPASSWORD": generate(side.endpoint, side.region, _TOKEN_SECONDS),
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": environment.get("PGSSLROOTCERT") or str(_ROOTS),
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "ops",
    }


def connect(variables: Mapping[str, str]) -> psycopg.Connection[tuple[object, ...]]:
    """Connect in this process; each statement is a transaction of its own.

    Args:
        variables: of `login`.

    Raises:
        LoginError: the cluster is not reached, or refuses.
    """
    options = {
        "host": "PGHOST",
        "hostaddr": "PGHOSTADDR",
        "port": "PGPORT",
        "user": "PGUSER",
        "dbname": "PGDATABASE",
        "password": "PGPASSWORD",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "connect_timeout": "PGCONNECT_TIMEOUT",
        "application_name": "PGAPPNAME",
    }
    given = {option: variables[name] for option, name in options.items() if variables.get(name)}
    try:
        return psycopg.connect(autocommit=True, **given)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise LoginError(f"{given['host']} does not let {given['user']} in: {_why(error, given['user'])}") from error


def _why(error: psycopg.OperationalError, role: str) -> str:
    said = str(error).strip().splitlines()[-1]
    if role == ADMIN:
        return f"{said}; your IAM identity needs dsql:DbConnectAdmin on this cluster"
    return (
        f"{said}; your IAM identity needs dsql:DbConnect on this cluster and must be mapped to {role}: name its ARN in "
        "`readonly_role_arns` and deploy, or take ROLE=admin"
    )
