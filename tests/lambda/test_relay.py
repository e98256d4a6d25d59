"""What a relay does besides publishing: it parks poison, keeps to a request's bounds, and waits its turn."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import threading
import time
import uuid

import pytest
from transactions import drain as drain_module
from transactions import lease, publisher
from transactions.drain import MOST_ATTEMPTS, Drain, pause
from transactions.errors import PublishError
from transactions.invocation import Deadline
from transactions.outbox import Waiting
from transactions.publisher import MOST_BYTES, Publisher, batches

outboxes = importlib.import_module("tests.lambda.outboxes")
Bus, OWN, OTHER = outboxes.Bus, outboxes.OWN, outboxes.OTHER
database, rows, store = outboxes.database, outboxes.rows, outboxes.store


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def drain(database, bus):
    return Drain(database, Publisher("bus", bus).publish)


def test_malformed_event_is_parked_at_once(store, drain, rows, deadline, log, lines):
    (poison,), (good,) = store("MalformedDetail"), store()
    lines()
    drained = drain.run(OWN, deadline, log)
    assert (drained.published, drained.parked, drained.refused, drained.complete) == (
        1,
        {poison: "MalformedDetail"},
        {},
        True,
    )
    assert rows("outbox") == {}
    dead = rows("outbox_dead")[poison]
    assert (dead["attempts"], dead["error_code"], dead["owner_region"]) == (1, "MalformedDetail", OWN)
    assert '"amount": 1.00' in dead["detail"]
    assert good not in rows("outbox_dead")
    logged = lines()
    assert any(line.get("EventsParked") == 1 for line in logged)
    assert any(str(poison) in line.get("refused", {}) for line in logged if line["level"] == "ERROR")


def test_event_that_was_brought_back_and_is_still_malformed_holds_up_no_other(store, drain, rows, deadline, log, stage):
    """Brought back by hand, as the runbook says, but without its cure, or before its parked row was deleted."""
    (poison,) = store("MalformedDetail")
    drain.run(OWN, deadline, log)
    with stage.sql() as connection:
        connection.execute(
            "insert into transactions.outbox select event_id, owner_region, 0, transaction_id, detail_type, detail, "
            "created_at from transactions.outbox_dead"
        )
    store()
    drained = drain.run(OWN, deadline, log)
    assert (drained.published, set(drained.parked), drained.complete) == (1, {poison}, True)
    assert (rows("outbox"), set(rows("outbox_dead"))) == ({}, {poison})


def test_event_that_fails_is_tried_later_and_parked_in_the_end(store, drain, rows, deadline, log, stage, monkeypatch):
    monkeypatch.setattr(drain_module.random, "randrange", lambda _: 0)  # all shards in one read, so in one batch
    (failing,) = store("InternalFailure")
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        store()
        drain.run(OWN, deadline, log)
        if attempt < MOST_ATTEMPTS:
            row = rows("outbox_attempts")[failing]
            assert (row["attempts"], row["error_code"]) == (attempt, "InternalFailure")
            waits.append((row["retry_at"] - dt.datetime.now(dt.UTC)).total_seconds())
            assert drain.run(OWN, deadline, log).refused == {}, "not due yet"
            with stage.sql() as connection:
                connection.execute("update transactions.outbox_attempts set retry_at = now()")
    assert all(later > sooner for sooner, later in itertools.pairwise(waits))
    assert rows("outbox") == rows("outbox_attempts") == {}
    assert rows("outbox_dead")[failing]["attempts"] == MOST_ATTEMPTS


def test_nothing_is_parked_while_the_bus_takes_nothing(store, drain, rows, deadline, log, stage, monkeypatch):
    """A bus that fails is no fault of its events."""
    monkeypatch.setattr(drain_module, "MOST_ATTEMPTS", 2)
    ids = store("InternalFailure", count=3)
    for _ in range(2):
        drain.run(OWN, deadline, log)
        with stage.sql() as connection:
            connection.execute("update transactions.outbox_attempts set retry_at = now()")
    assert set(rows("outbox")) == set(ids)
    assert rows("outbox_dead") == {}


def test_event_that_is_accepted_after_failures_leaves_nothing_behind(store, drain, bus, rows, deadline, log, stage):
    store("InternalFailure")
    drain.run(OWN, deadline, log)
    bus.codes = []
    with stage.sql() as connection:
        connection.execute("update transactions.outbox_attempts set retry_at = now()")
    assert drain.run(OWN, deadline, log).published == 1
    assert rows("outbox") == rows("outbox_attempts") == {}


def test_missing_right_parks_nothing_and_counts_nothing(store, drain, rows, deadline, log):
    (kept,) = store("NotAuthorizedForSourceException")
    store()
    drained = drain.run(OWN, deadline, log)
    assert (drained.published, set(drained.refused)) == (1, {kept})
    assert set(rows("outbox")) == {kept}
    assert rows("outbox_attempts") == rows("outbox_dead") == {}


def test_pauses_end_at_five_minutes():
    seconds = [pause(attempts).total_seconds() for attempts in range(MOST_ATTEMPTS)]
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert pause(10_000).total_seconds() == 300


# --- sizes


def event(size: int) -> Waiting:
    return Waiting(uuid.uuid4(), "t", "Transaction Created", "x" * size, dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([10] * 25, [10, 10, 5]),
        ([100_000] * 5, [2, 2, 1]),
        ([MOST_BYTES + 1, 10, 10], [1, 2]),
        ([10, MOST_BYTES + 1, 10], [1, 1, 1]),
    ],
)
def test_batches_keep_both_bounds_of_a_request(sizes, expected):
    events = [event(size) for size in sizes]
    split = list(batches(events))
    assert [len(batch) for batch in split] == expected
    assert [waiting for batch in split for waiting in batch] == events


def test_event_larger_than_a_request_is_poison(bus, log):
    outcome = Publisher("bus", bus).publish([event(MOST_BYTES)], log)
    assert [code for _, code in outcome.refused] == [publisher.TOO_LARGE]
    assert publisher.cause(publisher.TOO_LARGE) is publisher.Cause.ENTRY
    assert bus.details == []


# --- one relay at a time


def test_relays_that_overlap_publish_each_event_once(stage, store, log):
    """Six relays in six threads, events stored all the while."""
    bus, done, relays = Bus(), [], []
    slow = threading.Event()

    def run() -> None:
        database = stage.database("relay")
        publish = Publisher("bus", bus).publish

        def slowly(batch, log):
            slow.wait(0.01)
            return publish(batch, log)

        while not (done and not left(stage)):
            Drain(database, slowly).run(OWN, Deadline(time.monotonic() + 10), log)
            time.sleep(0.01)
        database.close()

    relays = [threading.Thread(target=run) for _ in range(6)]
    for thread in relays:
        thread.start()
    ids = [event_id for _ in range(20) for event_id in store(count=5)]
    done.append(True)
    for thread in relays:
        thread.join(30)
    assert len(bus.details) == len(set(bus.details)) == len(ids) == 100


def left(stage) -> int:
    with stage.sql() as connection:
        return connection.execute("select count(*) from transactions.outbox").fetchone()[0]


def test_relay_leaves_the_work_to_the_one_that_is_at_it(store, drain, database, rows, deadline, log):
    store()
    now = dt.datetime.now(dt.UTC)
    held = now + dt.timedelta(seconds=30)
    other = uuid.uuid4()
    assert database.run(lambda c: lease.take(c, OWN, other, until=held, now=now), deadline, log)
    drained = drain.run(OWN, deadline, log)
    assert (drained.busy, drained.published) == (True, 0)
    database.run(lambda c: lease.give_back(c, OWN, other, now=now), deadline, log)
    assert drain.run(OWN, deadline, log).published == 1


def test_lease_of_a_relay_that_died_ends_by_itself(store, drain, database, rows, deadline, log):
    store()
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    started = past - dt.timedelta(seconds=60)
    database.run(lambda c: lease.take(c, OWN, uuid.uuid4(), until=past, now=started), deadline, log)
    assert drain.run(OWN, deadline, log).published == 1


def test_lease_that_ends_at_this_moment_is_free(database, rows, deadline, log):
    now = dt.datetime.now(dt.UTC)

    def take(until):
        return database.run(lambda c: lease.take(c, OWN, uuid.uuid4(), until=until, now=now), deadline, log)

    assert take(now)
    assert take(now + dt.timedelta(seconds=60))
    assert not take(now + dt.timedelta(seconds=90))


def test_lease_is_taken_again_after_an_unknown_commit(database, rows, deadline, log):
    now = dt.datetime.now(dt.UTC)
    until, holder = now + dt.timedelta(seconds=30), uuid.uuid4()
    for _ in range(2):
        assert database.run(lambda c: lease.take(c, OWN, holder, until=until, now=now), deadline, log)
    assert not database.run(
        lambda c: lease.take(c, OWN, uuid.uuid4(), until=until + dt.timedelta(seconds=1), now=now), deadline, log
    )


def test_lease_is_given_back_when_the_bus_fails(store, database, rows, deadline, log):
    store()

    def fail(*_):
        raise PublishError("down")

    with pytest.raises(PublishError):
        Drain(database, fail).run(OWN, deadline, log)
    assert rows("relay_leases")[OWN]["until"] <= dt.datetime.now(dt.UTC)


def test_event_stored_after_the_last_look_is_published_by_the_same_run(store, database, bus, rows, deadline, log):
    """Its own relay found the lease held and left."""
    store()
    publish, give_back, late = Publisher("bus", bus).publish, lease.give_back, []
    drain = Drain(database, publish)

    def during(connection, region, holder, *, now):
        if not late:
            late.extend(store())
        give_back(connection, region, holder, now=now)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease, "give_back", during)
        assert drain.run(OWN, deadline, log).published == 2
    assert rows("outbox") == {}
