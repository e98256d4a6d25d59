"""Which IAM roles may connect as which database roles.

https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg
from psycopg import errors, sql

from transactions.database import Connection, Database
from transactions.errors import MigrationError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.model import shown

DATABASE_ROLES = ("app", "relay", "consumer", "review", "audit", "notify", "readonly")
MAPPED = "select arn from sys.iam_pg_role_mappings where pg_role_name = %s"
GRANT = "aws iam grant {} to {}"
REVOKE = "aws iam revoke {} from {}"
_IAM_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+")

Grants = dict[str, list[str]]


def parse(event: object) -> Grants:
    """Read the wished mappings from the event of the migration.

    Args:
        event: an object; its `roles` has, by database role, the ARNs of all IAM roles that may use it. A database
            role that is not named keeps its mappings.

    Raises:
        MigrationError: says what is wrong with it.
    """
    roles = event.get("roles", {}) if isinstance(event, Mapping) else None
    if not isinstance(roles, Mapping):
        raise MigrationError(f"event must be an object whose `roles` is an object, got {shown(event)}")
    unknown = sorted(set(roles) - set(DATABASE_ROLES))
    if unknown:
        raise MigrationError(f"`roles` may name {', '.join(DATABASE_ROLES)}; got {unknown[0]!r}")
    return {role: _arns(role, arns) for role, arns in roles.items()}


def _arns(role: str, given: object) -> list[str]:
    arns = given if isinstance(given, list) else [None]
    wrong = [arn for arn in arns if not isinstance(arn, str) or not _IAM_ROLE.fullmatch(arn)]
    if wrong:
        got = wrong[0] if isinstance(given, list) else given
        raise MigrationError(f"`roles.{role}` must be a list of ARNs of IAM roles, got {shown(got)}")
    return sorted(set(arns))


def map_roles(database: Database, wished: Grants, deadline: Deadline, log: Log) -> None:
    """Make the mappings of each named database role exactly the wished ones.

    What is mapped already is left alone: each change of an access right fails running transactions once (OC001).

    Args:
        database: connected as admin.
        wished: ARNs by database role.
        deadline: nothing starts after it.
        log: gets a line per change.

    Raises:
        MigrationError: names the role and the ARN, and has the database's message.
    """
    for role, arns in wished.items():
        mapped = _mapped(database, role, deadline, log)
        for arn in sorted(set(arns) - mapped):
            _change(database, GRANT, role, arn, deadline, log)
        for arn in sorted(mapped - set(arns)):
            _change(database, REVOKE, role, arn, deadline, log)


def _mapped(database: Database, role: str, deadline: Deadline, log: Log) -> set[str]:
    rows = database.run(lambda connection: connection.execute(MAPPED, [role]).fetchall(), deadline, log)
    return {arn for (arn,) in rows}


def _change(database: Database, command: str, role: str, arn: str, deadline: Deadline, log: Log) -> None:
    statement = sql.SQL(command).format(sql.SQL(role), sql.Literal(arn))

    def work(connection: Connection) -> None:
        connection.execute(statement)

    try:
        database.run_statements(work, deadline, log)
    except (errors.DuplicateObject, errors.UndefinedObject):
        if (arn in _mapped(database, role, deadline, log)) is (command is REVOKE):
            raise
    except psycopg.Error as error:
        raise MigrationError(f"{command.format(role, arn)} failed: {str(error).strip()}") from error
    log.info("mapping changed", database_role=role, arn=arn, change="granted" if command is GRANT else "revoked")
