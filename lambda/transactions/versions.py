"""How far the schema is: what is applied, and what this package brings."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from psycopg import errors

from transactions.database import Connection

FOLDER = Path(__file__).parent.parent / "migrations"
APPLIED = "select max(version) from transactions.schema_migrations"


@cache
def packaged() -> int:
    """The number of the package's last migration; they have no gap."""
    return len(list(FOLDER.glob("*.sql")))


def applied(connection: Connection) -> int | None:
    """The number of the last migration that is applied; None where the app's role may not look yet.

    That right is itself a migration: between the update of the functions and the migration it is missing, and a
    Region is fit to serve all the same.
    """
    try:
        version: int | None
        ((version,),) = connection.execute(APPLIED).fetchall()
    except (errors.InsufficientPrivilege, errors.UndefinedTable):
        return None
    return version
