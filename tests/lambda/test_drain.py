"""The relay's work against a real outbox, with buses that misbehave."""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from decimal import Decimal

import boto3
import pytest
from botocore.config import Config
from transactions import lease, outbox
from transactions.drain import Drain
from transactions.errors import PublishError
from transactions.events import TransactionCreated
from transactions.invocation import Deadline
from transactions.outbox import Waiting
from transactions.publisher import Publisher

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


class Bus:
    """Answers like EventBridge; refuses events whose transaction's id has "poison" in it."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []

    def put_events(self, *, Entries):  # noqa: N803
        self.requests.append([entry["Detail"] for entry in Entries])
        answers = [
            {"ErrorCode": "InternalFailure", "ErrorMessage": "refused"}
            if "poison" in entry["Detail"]
            else {"EventId": str(uuid.uuid4())}
            for entry in Entries
        ]
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}


@pytest.fixture
def store(stage, deadline, log):
    """Store events: `store(3, "poison", region=...)`; returns their ids."""
    with stage.sql() as connection:
        for table in ("outbox", "outbox_attempts", "outbox_dead", "relay_leases"):
            connection.execute(f"delete from transactions.{table}")
    database = stage.database("transactions")

    def add(
        count: int, name: str = "good", region: str = "us-east-1", *, at: dt.datetime = NOW, shard: int | None = None
    ) -> set[uuid.UUID]:
        events = [
            TransactionCreated(identifier(shard), f"{name}-{number}", Decimal("100.50"), region, at)
            for number in range(count)
        ]
        database.run(lambda connection: [outbox.add(connection, event) for event in events], deadline, log)
        return {event.event_id for event in events}

    yield add
    database.close()


@pytest.fixture
def database(stage):
    database = stage.database("relay")
    yield database
    database.close()


def identifier(shard: int | None) -> uuid.UUID:
    number = uuid.uuid4().int
    return uuid.UUID(int=number if shard is None else number - number % outbox.SHARDS + shard)


def left(stage) -> set[uuid.UUID]:
    with stage.sql() as connection:
        return {row[0] for row in connection.execute("select event_id from transactions.outbox").fetchall()}


def test_everything_is_published_once_in_batches_of_ten(stage, store, database, deadline, log):
    store(117)
    bus = Bus()
    drained = Drain(database, Publisher("bus", bus).publish).run("us-east-1", deadline, log)
    assert (drained.published, drained.refused, drained.complete) == (117, {}, True)
    sent = [detail for request in bus.requests for detail in request]
    assert (len(sent), len(set(sent))) == (117, 117)
    assert max(len(request) for request in bus.requests) == 10
    assert '"amount": 100.50,' in sent[0]
    assert left(stage) == set()


def test_refused_entries_stay_and_do_not_hold_up_the_others(stage, store, database, deadline, log, lines):
    poison = store(12, "poison")
    store(30)
    lines()
    drained = Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", deadline, log)
    assert (drained.published, set(drained.refused), drained.complete) == (30, poison, True)
    assert set(drained.refused.values()) == {"InternalFailure"}
    assert left(stage) == poison
    logged = lines()
    published = [event_id for line in logged if line.get("hop") == "published" for event_id in line["event_ids"]]
    assert len(set(published)) == 30
    refused = [line for line in logged if line["level"] == "ERROR"]
    assert {event_id for line in refused for event_id in line["refused"]} == {str(event_id) for event_id in poison}


def test_only_the_own_regions_events_are_published(stage, store, database, deadline, log):
    own, other = store(3), store(2, region="us-east-2")
    drained = Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", deadline, log)
    assert drained.published == len(own)
    assert left(stage) == other


def test_no_batch_starts_when_the_time_is_up(stage, store, database, log, monkeypatch):
    store(25)
    monkeypatch.setattr(random, "randrange", lambda shards: 0)  # so that all three batches are read at once
    bus, deadline = Bus(), Deadline(time.monotonic() + 0.3)
    publisher = Publisher("bus", bus)

    def slowly(events, log):
        time.sleep(0.35)
        return publisher.publish(events, log)

    drained = Drain(database, slowly).run("us-east-1", deadline, log)
    assert (len(bus.requests), drained.complete) == (1, False)
    assert (len(left(stage)), drained.published) == (15, 10)


def test_the_time_that_is_up_during_a_read_is_no_fault_of_the_database(stage, store, database, log, monkeypatch):
    store(3)
    look = outbox.waiting

    def late(*arguments, **options):
        time.sleep(max(0.0, deadline.left()) + 0.05)
        return look(*arguments, **options)

    monkeypatch.setattr(outbox, "waiting", late)
    deadline = Deadline(time.monotonic() + 1)
    drained = Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", deadline, log)
    assert (drained.published, drained.complete, len(left(stage))) == (0, False, 3)
    assert database.circuit._failures == []


def test_what_the_bus_took_late_still_leaves_the_outbox(stage, store, database, log, monkeypatch):
    """A slow bus may take longer than the time that a statement has after the deadline."""
    store(1)
    publisher, over = Publisher("bus", Bus()), []

    def slowly(events, log):
        time.sleep(deadline.left() + 1.7)
        over.append(time.monotonic() - deadline.at)
        return publisher.publish(events, log)

    deadline = Deadline(time.monotonic() + 2)
    monkeypatch.setattr("transactions.drain._STATEMENT_SECONDS", 1.5)
    drained = Drain(database, slowly).run("us-east-1", deadline, log)
    assert over[0] > 1.5
    assert (drained.published, left(stage)) == (1, set())


def test_nothing_is_looked_at_when_there_is_no_time_at_all(stage, store, database, log):
    store(1)
    drained = Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", Deadline(time.monotonic() - 0.5), log)
    assert (drained.published, drained.complete, drained.busy) == (0, False, False)
    with stage.sql() as connection:
        assert connection.execute("select count(*) from transactions.relay_leases").fetchone() == (0,)


def test_an_event_of_a_writer_whose_clock_is_ahead_is_published_now(stage, store, database, deadline, log):
    store(1, at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", deadline, log).published == 1
    assert left(stage) == set()


def test_the_last_look_is_at_every_shard(stage, store, database, deadline, log, monkeypatch):
    late, give_back = [], lease.give_back

    def during(connection, region, holder, *, now):
        if not late:
            late.extend(store(1, shard=0))
        give_back(connection, region, holder, now=now)

    monkeypatch.setattr(lease, "give_back", during)
    assert Drain(database, Publisher("bus", Bus()).publish).run("us-east-1", deadline, log).published == 1
    assert left(stage) == set()


def test_a_shard_that_is_full_does_not_keep_the_others_waiting(stage, store, database, deadline, log, monkeypatch):
    store(250, "much", shard=3)
    store(5, "next", shard=4)
    store(5, "little", shard=9)
    store(5, "before", shard=1)
    monkeypatch.setattr(random, "randrange", lambda shards: 3)
    bus = Bus()
    assert Drain(database, Publisher("bus", bus).publish).run("us-east-1", deadline, log).published == 265
    sent = [detail for request in bus.requests for detail in request]
    names = ("next", "little", "before", "much")
    assert [max(n for n, detail in enumerate(sent) if name in detail) for name in names] == [104, 109, 114, 264]


def test_what_the_bus_took_before_it_failed_leaves_the_outbox(stage, store, database, deadline, log, monkeypatch):
    store(25, shard=0)
    monkeypatch.setattr(random, "randrange", lambda shards: 0)
    bus, delete, deleted = Bus(), outbox.delete, []
    publisher = Publisher("bus", bus)

    def twice(events, log):
        if len(bus.requests) == 2:
            raise PublishError("no answer")
        return publisher.publish(events, log)

    def counting(connection, events):
        deleted.append(len(events))
        delete(connection, events)

    monkeypatch.setattr(outbox, "delete", counting)
    with pytest.raises(PublishError, match="no answer"):
        Drain(database, twice).run("us-east-1", deadline, log)
    assert (len(left(stage)), deleted) == (5, [20])


def test_unreachable_bus_leaves_the_events_for_the_next_run(stage, store, database, deadline, log):
    ids = store(2)
    nobody = boto3.client(
        "events",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(PublishError, match="event bus orders did not take the request"):
        Drain(database, Publisher("orders", nobody).publish).run("us-east-1", deadline, log)
    assert left(stage) == ids


def test_crash_between_bus_and_delete_publishes_again(stage, store, database, deadline, log, monkeypatch):
    store(1)
    bus = Bus()
    drain = Drain(database, Publisher("bus", bus).publish)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "delete", crash)
        with pytest.raises(KeyboardInterrupt):
            drain.run("us-east-1", deadline, log)
    drain.run("us-east-1", deadline, log)
    assert bus.requests[0] == bus.requests[1]
    assert left(stage) == set()


def test_event_that_another_relay_removed_is_no_error(stage, store, database, deadline, log):
    (event_id,) = store(1)
    for _ in range(2):
        database.run(lambda connection: outbox.delete(connection, [waiting(event_id)]), deadline, log)
    assert left(stage) == set()


def waiting(event_id: uuid.UUID) -> Waiting:
    return Waiting(event_id, "good-0", "Transaction Created", "{}", NOW)
