"""A login at a cluster: an IAM token as the password, and what libpq needs besides, as environment variables.

https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import botocore
import psycopg

from ops.aws import Aws
from ops.deployment import Side

ADMIN = "admin"
ROLES = ("readonly", ADMIN)
_TOKEN_SECONDS = 900
_HIDING = threading.Lock()
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
        environment: looked at for PGSSLROOTCERT, and where the cloud is embedded for PGHOSTADDR and PGPORT. What else
            libpq reads there is of other databases: a service, options, a port.
    """
    of_the_cloud = ("PGHOSTADDR", "PGPORT") if aws.endpoint else ()
    kept = {name: value for name, value in environment.items() if not name.startswith("PG") or name in of_the_cloud}
    client = aws.client("dsql", side.region)
    generate = client.generate_db_connect_admin_auth_token if role == ADMIN else client.generate_db_connect_auth_token
    return {
        **kept,
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
        with _nothing_else():
            return psycopg.connect(autocommit=True, **given)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise LoginError(f"{given['host']} does not let {given['user']} in: {_why(error, given['user'])}") from error


@contextmanager
def _nothing_else() -> Iterator[None]:
    """Hide from libpq what this process's environment says; a service in it would win over what it is given."""
    with _HIDING:
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)


def _why(error: psycopg.OperationalError, role: str) -> str:
    lines = str(error).strip().splitlines()
    if not any("FATAL" in line for line in lines):  # so a server says it; without one, IAM is not the cause
        return f"{lines[0]}; is the cluster ACTIVE (`make verify`), and does your network reach its port 5432?"
    said = lines[-1]
    if role == ADMIN:
        return f"{said}; your IAM identity needs dsql:DbConnectAdmin on this cluster"
    return (
        f"{said}; your IAM identity needs dsql:DbConnect on this cluster and must be mapped to {role}: name its ARN in "
        "`readonly_role_arns` and deploy, or take ROLE=admin"
    )
