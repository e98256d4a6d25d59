"""Brings the schema up to date: one file, one statement, one transaction, in the order of their numbers.

DSQL runs one DDL statement per transaction and none together with DML, so a migration and the note that it was
applied are two transactions. A run that ends between them is repeated by the next one: the statements say IF NOT
EXISTS where SQL has it, and an object that is there already counts as made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql

from transactions.database import Connection, Database
from transactions.errors import MigrationError, UnavailableError
from transactions.invocation import Deadline
from transactions.logs import Log

FOLDER = Path(__file__).parent.parent / "migrations"
BOOTSTRAP = (
    "create schema if not exists transactions",
    "create table if not exists transactions.schema_migrations ("
    "version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null)",
)
APPLIED = "select version, name, checksum from transactions.schema_migrations order by version"
RECORD = (
    "insert into transactions.schema_migrations (version, name, checksum, applied_at) values (%s, %s, %s, %s) "
    "on conflict (version) do nothing"
)
INVALID_INDEXES = (
    "select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid "
    "join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'transactions' and not i.indisvalid"
)
WAIT_FOR_JOB = "call sys.wait_for_job({})"
JOB_DETAILS = "select details from sys.jobs where job_id = {}"
# Another run was faster. PostgreSQL, behind the embedded cloud, has more ways to say so than DSQL's 40001: IF NOT
# EXISTS and GRANT are not safe against themselves there.
CONCURRENT = (errors.SerializationFailure, errors.UniqueViolation, errors.InternalError_)
_THERE_ALREADY = (errors.DuplicateObject, errors.DuplicateTable, errors.DuplicateSchema)
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_POLL_SECONDS = 0.5
_OTHER_RUN_SECONDS = 3.0

Statement = str | sql.Composed


@dataclass(frozen=True)
class Migration:
    """One file of the folder `migrations`.

    Args:
        version: its number.
        name: the file's name without suffix.
        statement: the SQL, one statement.
        checksum: SHA-256 of the file, in hex.
    """

    version: int
    name: str
    statement: str
    checksum: str


def load(folder: Path = FOLDER) -> list[Migration]:
    """The migrations in the order of their numbers.

    Raises:
        MigrationError: a file's name is not NNNN_name.sql, or the numbers are not 1, 2, 3 and so on.
    """
    migrations = []
    for position, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        match = _NAME.fullmatch(path.name)
        if match is None or int(match[1]) != position:
            raise MigrationError(
                f"migration files must be named {position:04}_name.sql and so on, without a gap; got {path.name}"
            )
        text = path.read_text(encoding="utf-8")
        checksum = hashlib.sha256(text.encode()).hexdigest()
        migrations.append(Migration(position, path.stem, text, checksum))
    return migrations


class Schema:
    """The schema of one database.

    Args:
        database: connected as admin; runs statements again after CONCURRENT.
        deadline: nothing starts after it.
        log: gets a line per migration.
    """

    def __init__(self, database: Database, deadline: Deadline, log: Log) -> None:
        self._database = database
        self._deadline = deadline
        self._log = log

    def migrate(self, migrations: list[Migration]) -> list[str]:
        """Apply what is not applied yet. Safe to run twice, from two places at once, and after a failure.

        Returns:
            The names of the migrations that this run applied.

        Raises:
            MigrationError: names the migration, and has the database's message. Those before it stay applied.
        """
        for statement in BOOTSTRAP:
            self._run("the bootstrap of the schema", statement)
        applied = self._applied()
        _check_history(migrations, applied)
        pending = [migration for migration in migrations if migration.version not in applied]
        for migration in pending:
            self._apply(migration)
            self._log.info("migration applied", migration=migration.name)
        return [migration.name for migration in pending]

    def version(self) -> int:
        """The number of the last migration that is applied; 0 if none is."""
        return max(self._applied(), default=0)

    def _applied(self) -> dict[int, tuple[str, str]]:
        rows = self._run("the list of applied migrations", APPLIED)
        return {version: (name, checksum) for version, name, checksum in rows}

    def _apply(self, migration: Migration) -> None:
        try:
            rows = self._run(migration.name, migration.statement)
            self._wait_for_indexes(migration.name, job=_value(rows))
        except MigrationError:
            if not self._applied_by_another(migration):
                raise
        now = dt.datetime.now(dt.UTC)
        self._run(migration.name, RECORD, [migration.version, migration.name, migration.checksum, now])

    def _applied_by_another(self, migration: Migration) -> bool:
        """Whether a run at the same time did what this one failed to do, maybe because the other was doing it."""
        until = time.monotonic() + min(_OTHER_RUN_SECONDS, self._deadline.left())
        while migration.version not in self._applied():
            if time.monotonic() > until:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _run(self, name: str, statement: Statement, values: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows; `name` is for the error."""

        def work(connection: Connection) -> list[tuple[Any, ...]]:
            try:
                cursor = connection.execute(statement, values)
            except _THERE_ALREADY:
                return []
            return cursor.fetchall() if cursor.description else []

        try:
            return self._database.run_statements(work, self._deadline, self._log)
        except (UnavailableError, psycopg.Error) as error:
            cause = (isinstance(error, UnavailableError) and error.__cause__) or error
            state = f" (SQLSTATE {cause.sqlstate})" if isinstance(cause, psycopg.Error) and cause.sqlstate else ""
            raise MigrationError(f"{name} failed: {str(cause).strip()}{state}") from error

    def _wait_for_indexes(self, name: str, *, job: str | None) -> None:
        """Wait until all indexes can be used: DSQL builds them in the background, and answers with a job.

        A run before this one may have begun it; then there is no job to ask for, but an index that is not valid yet.
        """
        if job is not None and not self._succeeded(name, job):
            details = _value(self._run(name, sql.SQL(JOB_DETAILS).format(sql.Literal(job))))
            raise MigrationError(f"{name} failed: {details or f'job {job} did not succeed'}")
        while invalid := self._run(name, INVALID_INDEXES):
            if self._deadline.left() < _POLL_SECONDS:
                raise MigrationError(
                    f"{name} is not done: index transactions.{_value(invalid)} is not valid yet. If sys.jobs says that "
                    "its build failed, drop the index, then run the migration again; else run it again to go on waiting"
                )
            time.sleep(_POLL_SECONDS)

    def _succeeded(self, name: str, job: str) -> bool:
        return _value(self._run(name, sql.SQL(WAIT_FOR_JOB).format(sql.Literal(job)))) is not False


def _value(rows: list[tuple[Any, ...]]) -> Any:
    """What a statement answered with one value; None if it answered nothing."""
    return rows[0][0] if rows else None


def _check_history(migrations: list[Migration], applied: dict[int, tuple[str, str]]) -> None:
    for migration in migrations:
        name, checksum = applied.get(migration.version, (migration.name, migration.checksum))
        if (name, checksum) != (migration.name, migration.checksum):
            raise MigrationError(
                f"{migration.name} is not what was applied as version {migration.version} ({name}, SHA-256 "
                f"{checksum[:12]}; this file has {migration.checksum[:12]}); restore it, and put the change into a "
                "new migration"
            )
