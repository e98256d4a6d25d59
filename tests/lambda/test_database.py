"""One connection, kept as long as it is good; transactions run again, but never beyond the time."""

from __future__ import annotations

import socket
import time
import types
import uuid

import psycopg
import pytest
from psycopg import errors
from transactions import database as module
from transactions.connection import AMAZON_ROOTS
from transactions.database import Database
from transactions.errors import ContentionError, DatabaseUnavailableError, SettingsError
from transactions.failures import POLICIES, Failure
from transactions.invocation import Deadline

CONFLICT = "update transactions.conflicts set n = n + 1 where id = 1"


@pytest.fixture
def admin(stage):
    database = stage.database("migrate")
    yield database
    database.close()


@pytest.fixture
def counter(stage):
    """A row that two may write at once."""
    with stage.sql() as connection:
        connection.execute("create table if not exists transactions.conflicts (id int primary key, n int not null)")
        connection.execute("delete from transactions.conflicts")
        connection.execute("insert into transactions.conflicts values (1, 0)")
        yield connection


def backend(connection) -> int:
    return connection.execute("select pg_backend_pid()").fetchone()[0]


def test_connection_is_kept(admin, deadline, log):
    assert admin.run(backend, deadline, log) == admin.run(backend, deadline, log)


def test_whole_transaction_runs_again_after_a_conflict(admin, counter, deadline, log, lines):
    seen = []

    def increment(connection):
        seen.append(connection.execute("select n from transactions.conflicts where id = 1").fetchone()[0])
        if len(seen) == 1:
            counter.execute(CONFLICT)  # another writer is faster
        connection.execute(CONFLICT)

    lines()
    admin.run(increment, deadline, log)
    assert seen == [0, 1]
    assert counter.execute("select n from transactions.conflicts").fetchone() == (2,)
    warning, metric = lines()
    assert metric["TransactionRetries"] == 1
    assert (warning["message"], warning["attempt"], warning["sqlstate"]) == (
        "transaction will be run again",
        1,
        "40001",
    )


def test_conflicts_in_every_attempt_end_in_contention(admin, counter, deadline, log, monkeypatch):
    pauses = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    monkeypatch.setattr(module.random, "uniform", lambda _, most: most)

    def lose(connection):
        connection.execute("select n from transactions.conflicts where id = 1")
        counter.execute(CONFLICT)
        connection.execute(CONFLICT)

    with pytest.raises(ContentionError, match="other writers were faster"):
        admin.run(lose, deadline, log)
    assert pauses == [0.04, 0.08, 0.16, 0.25, 0.25, 0.25, 0.25]
    assert counter.execute("select n from transactions.conflicts").fetchone() == (POLICIES[Failure.CONFLICT].attempts,)


def test_no_attempt_starts_at_or_after_the_deadline(admin, counter, log, monkeypatch):
    left, attempts = [12.0], []
    monkeypatch.setattr(module.random, "uniform", lambda _, most: 100 * most)  # pauses of 4, 8 and so on
    monkeypatch.setattr(module.time, "sleep", lambda seconds: left.append(left[-1] - seconds))

    def lose(connection):
        attempts.append(1)
        connection.execute("select n from transactions.conflicts where id = 1")
        counter.execute(CONFLICT)
        connection.execute(CONFLICT)

    with pytest.raises(ContentionError):
        admin.run(lose, types.SimpleNamespace(left=lambda: left[-1]), log)
    assert (left, len(attempts)) == ([12.0, 8.0], 2)


def test_other_errors_are_not_tried_again_and_leave_a_good_connection(admin, deadline, log):
    first = admin.run(backend, deadline, log)
    calls = []

    def fail(connection):
        calls.append(1)
        connection.execute("select 1 / 0")

    with pytest.raises(errors.DivisionByZero):
        admin.run(fail, deadline, log)
    assert calls == [1]
    assert admin.run(backend, deadline, log) == first


def test_error_of_python_rolls_back(admin, counter, deadline, log):
    def fail(connection):
        connection.execute(CONFLICT)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        admin.run(fail, deadline, log)
    assert counter.execute("select n from transactions.conflicts").fetchone() == (0,)


def test_connection_that_is_left_within_a_transaction_is_not_used_again(admin, deadline, log):
    first = admin.run(backend, deadline, log)

    def leave_open(connection):
        connection.execute("begin")

    admin.run_statements(leave_open, deadline, log)
    assert admin.run(backend, deadline, log) != first


def test_connection_that_was_closed_while_idle_is_replaced_unnoticed(admin, deadline, log, lines):
    admin.run(backend, deadline, log)
    break_connection(admin)
    lines()
    admin.run(backend, deadline, log)
    assert lines() == []  # noticed before use, not by a failed statement


def test_connection_lost_in_the_middle_is_tried_again(admin, deadline, log, lines):
    calls = []

    def work(connection):
        calls.append(1)
        if len(calls) == 1:
            break_connection(admin)
        return backend(connection)

    assert admin.run(work, deadline, log) > 0
    assert len(calls) == 2


def test_lost_each_time_ends_in_unavailable(admin, deadline, log):
    def work(connection):
        break_connection(admin)
        backend(connection)

    with pytest.raises(DatabaseUnavailableError, match="ended the connection"):
        admin.run(work, deadline, log)


def break_connection(database: Database) -> None:
    connection = database._held.connection
    with socket.socket(fileno=socket.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def test_connection_is_recycled_before_an_hour(admin, deadline, log, monkeypatch):
    first = admin.run(backend, deadline, log)
    start = time.time()
    monkeypatch.setattr(module.time, "time", lambda: start + 44 * 60)
    assert admin.run(backend, deadline, log) == first
    monkeypatch.setattr(module.time, "time", lambda: start + 56 * 60)
    assert admin.run(backend, deadline, log) != first


def test_certificate_of_a_stranger_is_refused(stage, deadline, log):
    trusting_amazon = {**stage.variables("migrate", "us-east-1"), "PGSSLROOTCERT": ""}
    database = Database(stage.settings("admin"), trusting_amazon, application="test")
    with pytest.raises(DatabaseUnavailableError) as refusal:
        database.run(backend, deadline, log)
    assert "certificate verify failed" in str(refusal.value.__cause__)


def test_amazons_roots_can_be_read_by_tls():
    import ssl

    subjects = {dict(pair[0] for pair in root["subject"])["commonName"] for root in roots(ssl)}
    assert subjects == {
        *(f"Amazon Root CA {number}" for number in (1, 2, 3, 4)),
        "Starfield Services Root Certificate Authority - G2",
    }


def roots(ssl):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(AMAZON_ROOTS)
    return context.get_ca_certs()


def test_role_that_is_not_mapped_is_refused(stage, deadline, log):
    database = Database(stage.settings("app"), stage.variables("consumer", "us-east-1"), application="test")
    with pytest.raises(DatabaseUnavailableError) as refusal:
        database.run(backend, deadline, log)
    assert "access denied" in str(refusal.value.__cause__)


def test_missing_credentials_are_named(stage, deadline, log):
    database = Database(stage.settings("app"), {}, application="test")
    with pytest.raises(SettingsError, match="AWS_ACCESS_KEY_ID is not in the environment"):
        database.run(backend, deadline, log)


def test_two_writers_of_one_id_store_it_once(invoke, stage, monkeypatch):
    """The slower of two Regions meets the row of the faster one, and answers what is stored."""
    from transactions import recording, store

    monkeypatch.setattr(recording.Recorder, "record", in_turn)  # a snapshot can be taken before the insert

    identifier = f"race-{uuid.uuid4()}"
    insert, answers = store.insert, []

    def overtaken(connection, transaction):
        connection.execute("select 1")  # the snapshot is taken
        if not answers:
            answers.append(transaction)
            rival = stage.database("transactions", "us-east-2")
            deadline = Deadline(time.monotonic() + 5)
            rival.run(lambda other: insert(other, replaced(transaction)), deadline, module.Log())
            rival.close()
        return insert(connection, transaction)

    monkeypatch.setattr(store, "insert", overtaken)
    answer = invoke("transactions", {"operation": "write", "transaction_id": identifier, "amount": "5"})
    assert '"region": "us-east-2"' in answer["body"]
    with stage.sql() as connection:
        found = connection.execute("select count(*) from transactions.outbox where transaction_id = %s", [identifier])
        assert found.fetchone() == (0,)  # the rival of this test stored no event; ours must not either


def in_turn(self, proposed, deadline, log):
    from transactions import recording

    return self._database.run(recording._work(proposed, recording.in_turn), deadline, log)


def replaced(transaction):
    import dataclasses

    return dataclasses.replace(transaction, region="us-east-2", event_id=uuid.uuid4())


def test_psycopg_brings_direct_tls():
    assert psycopg.pq.version() >= 170000
