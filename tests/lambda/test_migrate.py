"""The migration function on a database of its own: twice, at once, after a failure, after a crash."""

from __future__ import annotations

import dataclasses
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import errors
from transactions import schema
from transactions.errors import DatabaseUnavailableError, MigrationError
from transactions.invocation import Deadline
from transactions.logs import Log

LOAD = schema.load
ALL = [migration.name for migration in LOAD()]
ARN = "arn:aws:iam::000000000000:role/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to add to."""
    copy = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, copy)
    return copy


@pytest.fixture
def migrate(invoke_on, monkeypatch):
    """Run the function: `migrate(stage, event, region=..., folder=...)`."""

    def run(stage, event=None, *, region="us-east-1", folder=schema.FOLDER, **more):
        monkeypatch.setattr(schema, "load", lambda: LOAD(folder))
        monkeypatch.setattr(schema, "_OTHER_RUN_SECONDS", 0)
        return invoke_on(stage, "migrate", {} if event is None else event, region=region, milliseconds=60_000, **more)

    return run


def recorded(stage) -> list[str]:
    with stage.sql() as connection:
        return [
            row[0]
            for row in connection.execute("select name from transactions.schema_migrations order by 1").fetchall()
        ]


def mappings(stage, role: str) -> set[str]:
    with stage.sql() as connection:
        rows = connection.execute("select arn from sys.iam_pg_role_mappings where pg_role_name = %s", [role]).fetchall()
        return {row[0].removeprefix(ARN) for row in rows}


def test_first_run_applies_all_and_answers_what_it_did(fresh_stage, migrate):
    roles = {"app": [f"{ARN}a", f"{ARN}b"], "relay": [f"{ARN}r"]}
    answer = migrate(fresh_stage, {"roles": roles})
    assert answer == {"schema_version": len(ALL), "applied": ALL, "grants": roles}
    assert recorded(fresh_stage) == ALL
    assert mappings(fresh_stage, "app") == {"a", "b"}


def test_second_run_changes_nothing(fresh_stage, migrate):
    event = {"roles": {"app": [f"{ARN}a"]}}
    migrate(fresh_stage, event)
    assert migrate(fresh_stage, event, region="us-east-2") == {
        "schema_version": len(ALL),
        "applied": [],
        "grants": event["roles"],
    }


def test_two_runs_at_once_both_succeed(fresh_stage):
    def run(region: str) -> None:
        database = schema_database(fresh_stage, region)
        schema.Schema(database, Deadline(time.monotonic() + 50), Log("ERROR")).migrate(schema.load())
        database.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(run, ["us-east-1", "us-east-2"] * 3))
    assert recorded(fresh_stage) == ALL


def schema_database(stage, region):
    from transactions.database import Database

    return Database(
        stage.settings("admin", region),
        stage.variables("migrate", region),
        application="test",
        transient=schema.CONCURRENT,
    )


def test_failure_names_the_migration_and_the_next_run_goes_on(fresh_stage, migrate, folder, lines):
    broken = folder / f"{len(ALL) + 1:04}_broken.sql"
    broken.write_text("create table transactions.broken (id serial primary key)")
    (folder / f"{len(ALL) + 2:04}_after.sql").write_text("create table if not exists transactions.after_it (id int)")
    with pytest.raises(MigrationError, match=rf"^{broken.stem} failed: .*serial.* \(SQLSTATE 0A000\)$"):
        migrate(fresh_stage, folder=folder)
    assert recorded(fresh_stage) == ALL
    assert lines()[-1]["message"] == "migration failed"
    broken.write_text("create table if not exists transactions.broken (id int primary key)")
    assert migrate(fresh_stage, folder=folder)["applied"] == [broken.stem, f"{len(ALL) + 2:04}_after"]


def test_crash_between_a_statement_and_its_note_is_harmless(fresh_stage, migrate):
    with fresh_stage.sql() as connection:
        for statement in (*schema.BOOTSTRAP, *(migration.statement for migration in schema.load())):
            connection.execute(statement)
    assert migrate(fresh_stage)["applied"] == ALL


EDITED = (
    r"0002_outbox is not what was applied as version 2 \(0002_outbox, SHA-256 [0-9a-f]{12}; "
    r"this file has [0-9a-f]{12}\); restore it, and put the change into a new migration$"
)


def test_edited_migration_is_refused(fresh_stage, migrate, folder):
    migrate(fresh_stage, folder=folder)
    (folder / "0002_outbox.sql").write_text("create table if not exists transactions.outbox (id int)")
    with pytest.raises(MigrationError, match=EDITED):
        migrate(fresh_stage, folder=folder)


def test_database_that_is_ahead_of_the_package_is_left_alone(fresh_stage, migrate, folder):
    (folder / f"{len(ALL) + 1:04}_newer.sql").write_text("create table if not exists transactions.newer (id int)")
    migrate(fresh_stage, folder=folder)
    assert migrate(fresh_stage) == {"schema_version": len(ALL) + 1, "applied": [], "grants": {}}


def test_index_that_cannot_be_built_fails_with_the_jobs_message(fresh_stage, migrate, folder):
    migrate(fresh_stage, folder=folder)
    with fresh_stage.sql() as connection:
        connection.execute("create table transactions.twins (id int primary key, n int)")
        connection.execute("insert into transactions.twins values (1, 1), (2, 1)")
    name = f"{len(ALL) + 1:04}_twins"
    (folder / f"{name}.sql").write_text("create unique index async twins_n on transactions.twins (n)")
    with pytest.raises(MigrationError, match=f"^{name} failed: found duplicate key"):
        migrate(fresh_stage, folder=folder)
    assert name not in recorded(fresh_stage)


def test_index_is_waited_for(fresh_stage, migrate, monkeypatch):
    waited, succeeded = [], schema.Schema._succeeded

    def spy(self, name, job):
        waited.append(name)
        return succeeded(self, name, job)

    monkeypatch.setattr(schema.Schema, "_succeeded", spy)
    migrate(fresh_stage)
    assert waited == [
        "0003_outbox_by_owner",
        "0025_transactions_by_account",
        "0026_transactions_by_counterparty",
        "0027_transactions_by_time",
    ]


def test_index_that_is_not_valid_in_time_is_named(fresh_stage, migrate, monkeypatch):
    monkeypatch.setattr(schema, "INVALID_INDEXES", "select 'outbox_by_owner'")
    monkeypatch.setattr(schema, "_POLL_SECONDS", 100)
    with pytest.raises(MigrationError, match=r"index transactions\.outbox_by_owner is not valid yet.*run it again"):
        migrate(fresh_stage)


def test_failure_that_another_run_did_not_have_does_not_count(fresh_stage, migrate):
    """Two runs build one index at the same time: the slower one's job fails, and the faster one notes it as made."""
    migrate(fresh_stage)
    applied = LOAD()[2]
    slower = dataclasses.replace(applied, statement="create index async broken on transactions.nothing (n)")
    database = schema_database(fresh_stage, "us-east-1")
    schema.Schema(database, Deadline(time.monotonic() + 10), Log("ERROR"))._apply(slower)
    database.close()


def test_a_database_without_migrations_has_version_0(fresh_stage):
    database = schema_database(fresh_stage, "us-east-1")
    one = schema.Schema(database, Deadline(time.monotonic() + 10), Log("ERROR"))
    assert (one.migrate([]), one.version()) == ([], 0)
    database.close()


def test_unreachable_database_fails_with_its_reason(fresh_stage, migrate):
    with pytest.raises(MigrationError, match=r"the bootstrap of the schema failed: .*Connection refused"):
        migrate(fresh_stage, PGPORT="9")


def test_database_that_is_left_alone_fails_with_that_reason(fresh_stage):
    database = schema_database(fresh_stage, "us-east-1")
    database.circuit.failed(Log("ERROR"), weight=9)
    with pytest.raises(MigrationError, match="the bootstrap of the schema failed: the database is not well"):
        schema.Schema(database, Deadline(time.monotonic() + 10), Log("ERROR")).migrate([])


def test_mappings_follow_the_event(fresh_stage, migrate, lines):
    migrate(fresh_stage, {"roles": {"app": [f"{ARN}a", f"{ARN}b"], "relay": [f"{ARN}r"]}})
    lines()
    migrate(fresh_stage, {"roles": {"app": [f"{ARN}b", f"{ARN}c", f"{ARN}c"]}})
    assert (mappings(fresh_stage, "app"), mappings(fresh_stage, "relay")) == ({"b", "c"}, {"r"})
    told = [(line["arn"], line["change"]) for line in lines() if line["message"] == "mapping changed"]
    assert told == [(f"{ARN}c", "granted"), (f"{ARN}a", "revoked")]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ([], "event must be an object whose `roles` is an object, got a list"),
        ({"roles": []}, "event must be an object whose `roles` is an object"),
        (
            {"roles": {"admin": []}},
            "`roles` may name app, relay, consumer, review, audit, notify, readonly; got 'admin'",
        ),
        ({"roles": {"zoo": [], "owner": []}}, "readonly; got 'owner'"),
        ({"roles": {"app": ARN + "a"}}, "must be a list of ARNs of IAM roles, got 'arn:aws"),
        (
            {"roles": {"app": ["arn:aws:iam::1:role/a"]}},
            "`roles.app` must be a list of ARNs of IAM roles, got 'arn:aws",
        ),
        ({"roles": {"app": [f"{ARN}a'; drop table x; --"]}}, "must be a list of ARNs"),
        ({"roles": {"app": [f"{ARN}a", 5, "six"]}}, "must be a list of ARNs of IAM roles, got 5"),
        ({"roles": {"app": None}}, "must be a list of ARNs"),
    ],
)
def test_wrong_event_is_refused_before_anything_is_done(migrate, bare_stage, event, message):
    with pytest.raises(MigrationError, match=message):
        migrate(bare_stage, event, PGPORT="9")


def test_each_role_has_its_rights_and_no_others(stage):
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    tables = (
        *("transactions", "accounts", "outbox", "outbox_attempts", "outbox_dead", "relay_leases"),
        *("inbox", "account_versions", "audit_lines", "notifications", "reviews"),
        "schema_migrations",
    )
    with stage.sql() as connection:
        found = {
            (role, table): {
                right
                for right in rights
                if connection.execute(
                    "select has_table_privilege(%s, %s, %s)", [role, f"transactions.{table}", right]
                ).fetchone()[0]
            }
            for role in ("app", "relay", "consumer", "review", "audit", "notify", "readonly")
            for table in tables
        }
    assert {key: value for key, value in found.items() if value} == {
        ("app", "transactions"): {"SELECT", "INSERT"},
        ("app", "accounts"): {"SELECT", "INSERT", "UPDATE"},
        ("app", "outbox"): {"SELECT", "INSERT"},
        ("app", "schema_migrations"): {"SELECT"},
        ("relay", "outbox"): {"SELECT", "DELETE"},
        ("relay", "outbox_attempts"): {"SELECT", "INSERT", "UPDATE", "DELETE"},
        ("relay", "outbox_dead"): {"INSERT"},
        ("relay", "relay_leases"): {"SELECT", "INSERT", "UPDATE"},
        ("consumer", "inbox"): {"SELECT", "INSERT"},
        ("consumer", "account_versions"): {"SELECT", "INSERT", "UPDATE"},
        ("review", "reviews"): {"INSERT"},
        ("audit", "audit_lines"): {"INSERT"},
        ("notify", "notifications"): {"SELECT", "INSERT"},
        **{("readonly", table): {"SELECT"} for table in tables},
    }


@pytest.mark.parametrize(
    ("function", "statement"),
    [
        ("transactions", "delete from transactions.transactions"),
        ("transactions", "update transactions.transactions set amount = 1"),
        ("transactions", "delete from transactions.outbox"),
        ("relay", "select 1 from transactions.outbox_dead"),
        ("transactions", "select 1 from transactions.inbox"),
        ("relay", "insert into transactions.outbox (event_id) values (gen_random_uuid())"),
        ("relay", "select 1 from transactions.transactions"),
        ("consumer", "delete from transactions.inbox"),
        ("consumer", "insert into transactions.outbox (event_id) values (gen_random_uuid())"),
        ("review", "select 1 from transactions.reviews"),
        ("audit", "delete from transactions.audit_lines"),
        ("audit", "insert into transactions.reviews (event_id) values (gen_random_uuid())"),
        ("notify", "insert into transactions.audit_lines (event_id) values (gen_random_uuid())"),
        ("transactions", "create table transactions.mine (id int)"),
        ("relay", "insert into transactions.schema_migrations values (99, '', '', now())"),
    ],
)
def test_role_may_not_do_more_than_its_work(stage, deadline, log, function, statement):
    database = stage.database(function)
    with pytest.raises(DatabaseUnavailableError) as caught:
        database.run(lambda connection: connection.execute(statement), deadline, log)
    assert isinstance(caught.value.__cause__, errors.InsufficientPrivilege)
    database.close()
