"""Writes on a connection that breaks: at the message, after it, in silence. Nothing is lost, nothing is doubled."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from decimal import Decimal

import pytest
from psycopg import errors
from transactions import database as database_module
from transactions import inbox, outbox, recording, store
from transactions.commands import WriteTransaction
from transactions.database import Database
from transactions.errors import DatabaseUnavailableError
from transactions.events import TransactionCreated
from transactions.failures import POLICIES, Failure, SilenceError
from transactions.invocation import Deadline
from transactions.model import Transaction
from transactions.service import Service


@pytest.fixture
def database(stage, wire):
    database = stage.database("transactions")
    yield database
    database.close()


@pytest.fixture
def service(database, deadline, log):
    service = Service(database, region="us-east-1", wake_relay=lambda _: None)
    warm(service, deadline, log)
    return service


def warm(service, deadline, log):
    """Connect, so that the next message is a statement."""
    service.write(command(), deadline, log)


def command(identifier: str | None = None) -> WriteTransaction:
    return WriteTransaction(identifier or str(uuid.uuid4()), Decimal("12.30"))


def stored(stage, identifier: str) -> tuple[int, int]:
    """How many transactions and how many events there are of an id."""
    with stage.sql() as connection:
        return tuple(
            connection.execute(
                f"select count(*) from transactions.{table} where transaction_id = %s", [identifier]
            ).fetchone()[0]
            for table in ("transactions", "outbox")
        )


@pytest.fixture
def short_attempts(monkeypatch):
    """An attempt waits for an answer half a second at most."""
    monkeypatch.setattr(Database, "_once", bounded(Database._once))


def bounded(once):
    def short(self, work, deadline):
        self._attempt_seconds = 0.5
        return once(self, work, deadline)

    return short


@pytest.mark.parametrize("fault", ["before", "after", "late"])
@pytest.mark.parametrize(("one_trip", "message"), [(True, 1), *((False, message) for message in (1, 2, 3, 4))])
def test_write_on_a_breaking_connection_is_stored_once(stage, service, wire, deadline, log, fault, message, one_trip):
    """In turn there are four messages: BEGIN, two inserts, COMMIT. In one trip all are in the first."""
    service._recorder._one_trip = one_trip
    wanted = command()
    wire.arm(fault, message)
    written = service.write(wanted, deadline, log)
    assert (wire.struck, written.repeated) == (1, False)
    if fault == "late":
        time.sleep(0.7)  # the lost message arrives after the repetition
    assert stored(stage, wanted.transaction_id) == (1, 1)
    assert service.read(wanted.transaction_id, deadline, log).transaction == written.transaction


def test_silence_ends_the_attempt_and_another_connection_is_taken(
    stage, service, wire, deadline, log, lines, short_attempts
):
    wanted = command()
    wire.arm("silent")
    lines()
    started = time.monotonic()
    service.write(wanted, deadline, log)
    assert 0.4 < time.monotonic() - started < 3
    assert stored(stage, wanted.transaction_id) == (1, 1)
    (warning,) = [line for line in lines() if line["level"] == "WARNING"]
    assert (warning["failure"], warning["message"]) == ("silent", "transaction will be run again")


def test_no_answer_is_waited_for_beyond_the_deadline(service, wire, log):
    wire.arm("silent")
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError, match="did not answer in time"):
        service.write(command(), Deadline(started + 0.6), log)
    assert 0.5 < time.monotonic() - started < 0.9


def test_slow_query_is_left_at_the_deadline_and_its_connection_closed(stage, database, log, deadline):
    database.run_statements(lambda connection: connection.execute("select 1"), deadline, log)
    first = database._held.connection
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError) as silence:
        database.run(lambda c: c.execute("select pg_sleep(5)"), Deadline(started + 0.3), log)
    assert time.monotonic() - started < 0.6
    assert isinstance(silence.value.__cause__, SilenceError)
    assert first.closed
    assert database.run(lambda c: c.execute("select 7").fetchone(), deadline, log) == (7,)


def test_write_is_one_round_trip(service, wire, deadline, log):
    before = wire.messages
    service.write(command(), deadline, log)
    assert wire.messages == before + 1


def test_write_in_turn_where_the_database_takes_no_insert_inside_with(
    stage, service, wire, deadline, log, lines, monkeypatch
):
    def refuse(*_: object) -> bool:
        raise errors.FeatureNotSupported("not supported")

    monkeypatch.setattr(recording, "together", refuse)
    first, second = command(), command()
    lines()
    for wanted in (first, second):
        service.write(wanted, deadline, log)
        assert stored(stage, wanted.transaction_id) == (1, 1)
    assert [line["message"][:31] for line in lines() if line["level"] == "WARNING"] == [
        "the database takes no insert in"
    ]


@pytest.mark.parametrize("insert", [recording.together, recording.in_turn])
def test_both_ways_store_the_same(stage, database, deadline, log, insert):
    transaction = Transaction(
        str(uuid.uuid4()), Decimal("1.50"), "us-east-1", uuid.uuid4(), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    work = lambda connection: insert(connection, transaction)  # noqa: E731
    assert database.run(work, deadline, log) is True
    assert database.run(work, deadline, log) is False
    with stage.sql() as connection:
        assert store.find(connection, transaction.transaction_id) == transaction
        row = connection.execute(
            f"select {outbox.COLUMNS} from transactions.outbox where event_id = %s", [transaction.event_id]
        ).fetchone()
    assert row[0] == transaction.event_id
    assert (row[1], row[2], row[3]) == ("us-east-1", transaction.event_id.int % 16, transaction.transaction_id)
    assert '"amount": 1.50' in row[5]


SERVER_ERROR = errors.InternalError_("server unavailable")


@pytest.mark.parametrize("failure", [Failure.SERVER, Failure.CROWDED])
def test_tries_of_a_passing_failure_are_counted_and_spread(database, deadline, log, monkeypatch, failure):
    pauses, calls = [], []
    monkeypatch.setattr(database_module.time, "sleep", lambda seconds: pauses.append(seconds))
    monkeypatch.setattr(database_module.random, "uniform", lambda least, most: (least + most) / 2)
    error = {Failure.SERVER: SERVER_ERROR, Failure.CROWDED: errors.TooManyConnections("too many")}[failure]

    def fail(_: object) -> None:
        calls.append(1)
        raise error

    with pytest.raises(DatabaseUnavailableError, match=failure.value):
        database.run(fail, deadline, log)
    assert len(calls) == POLICIES[failure].attempts
    assert pauses == sorted(pauses)
    assert all(pause >= POLICIES[failure].least for pause in pauses)


def test_server_failure_keeps_the_connection(database, deadline, log):
    seen = []

    def work(connection):
        seen.append(connection)
        if len(seen) == 1:
            raise SERVER_ERROR
        return connection.execute("select 5").fetchone()

    assert database.run(work, deadline, log) == (5,)
    assert seen[0] is seen[1]


def test_expired_token_is_made_anew_once(stage, wire, deadline, log, monkeypatch):
    """A token that is too old when it arrives, as after a long pause between making and using it."""
    from transactions import connection as module

    made, generate = [], module.generate

    def aging(host, role, region, credentials, now):
        made.append(now)
        return generate(host, role, region, credentials, now - dt.timedelta(minutes=5 if len(made) == 1 else 0))

    monkeypatch.setattr(module, "generate", aging)
    database = stage.database("transactions")
    assert database.run(lambda c: c.execute("select 3").fetchone(), deadline, log) == (3,)
    assert len(made) == 2
    database.close()


def test_token_that_is_always_too_old_is_no_endless_loop(stage, wire, deadline, log, monkeypatch):
    from transactions import connection as module

    made, generate = [], module.generate

    def old(host, role, region, credentials, now):
        made.append(now)
        return generate(host, role, region, credentials, now - dt.timedelta(minutes=5))

    monkeypatch.setattr(module, "generate", old)
    with pytest.raises(DatabaseUnavailableError, match="does not accept the token"):
        stage.database("transactions").run(lambda c: c.execute("select 3"), deadline, log)
    assert len(made) == 2


def test_limit_is_not_tried_again(stage, deadline, log):
    """54000 is an OperationalError, as a lost connection is."""
    database, calls = stage.database("migrate"), []
    with stage.sql() as connection:
        connection.execute("create table if not exists transactions.many (id int primary key)")

    def fill(connection):
        calls.append(1)
        connection.execute("insert into transactions.many select generate_series(1, 3001)")

    with pytest.raises(errors.ProgramLimitExceeded):
        database.run(fill, deadline, log)
    assert calls == [1]
    database.close()


@pytest.mark.parametrize(("fault", "message"), [("after", 4), ("late", 4), ("before", 2)])
def test_receipt_whose_commit_got_no_answer_is_new_and_in_order(stage, wire, deadline, log, fault, message):
    """BEGIN, the inbox, the account's version, COMMIT."""
    moment = dt.datetime.now(dt.UTC)
    account = f"acc-{uuid.uuid4()}"
    event = TransactionCreated(
        uuid.uuid4(), "t", Decimal("1.00"), "us-east-1", moment, "deposit", "EUR", account, None, {account: 1}
    )

    def work(connection, at=moment):
        new = inbox.record(connection, "test", event, region="us-east-2", received_at=at)
        return new, inbox.advance(connection, "test", event, received_at=at)

    database = stage.database("consumer", "us-east-2")
    database.run(lambda connection: connection.execute("select 1"), deadline, log)
    wire.arm(fault, message)
    assert database.run(work, deadline, log) == (True, [])
    assert wire.struck == 1
    later = moment + dt.timedelta(seconds=1)
    assert database.run(lambda connection: work(connection, later), deadline, log)[0] is False
    database.close()
