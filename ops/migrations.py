"""Which migrations a deployed stack has, and which of this repository's it misses."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import errors

from ops.login import connect

FOLDER = Path(__file__).resolve().parent.parent / "lambda" / "migrations"
APPLIED = "select version, name, checksum, applied_at from transactions.schema_migrations order by version"


@dataclass(frozen=True)
class Status:
    """What is known of one migration.

    Args:
        name: of its file.
        state: `applied`, `missing`, `changed` (its file is not what was applied) or `unknown` (it has no file here).
        when: when it was applied, ISO 8601; empty if it was not.
    """

    name: str
    state: str
    when: str

    def line(self) -> str:
        """For a terminal."""
        return f"{self.state:<8} {self.name}{f'  {self.when}' if self.when else ''}"


def status(variables: Mapping[str, str], folder: Path = FOLDER) -> list[Status]:
    """Compare the files of a folder with what the database says is applied.

    Args:
        variables: of `login.login`; a role that may read.
        folder: of the migrations.

    Raises:
        LoginError: the cluster does not let the caller in.
    """
    with connect(variables) as connection:
        try:
            rows: list[tuple[Any, ...]] = connection.execute(APPLIED).fetchall()
        except (errors.UndefinedTable, errors.InvalidSchemaName):
            rows = []
    applied = {name: (checksum, moment) for _, name, checksum, moment in rows}
    files = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.sql"))}
    return [_status(name, applied.get(name), files.get(name)) for name in sorted({*files, *applied})]


def _status(name: str, applied: tuple[str, dt.datetime] | None, checksum: str | None) -> Status:
    if applied is None:
        return Status(name, "missing", "")
    state = "unknown" if checksum is None else "applied" if checksum == applied[0] else "changed"
    return Status(name, state, f"{applied[1]:%Y-%m-%dT%H:%M:%S%z}")
