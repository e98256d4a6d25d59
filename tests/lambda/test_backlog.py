"""Events that no relay publishes: the other Region takes them over when told, and the writer tells how old they are."""

from __future__ import annotations

import datetime as dt
import importlib
import types
import uuid
from decimal import Decimal

import pytest
from transactions import lease, outbox
from transactions.backlog import Backlog
from transactions.errors import EventError
from transactions.events import TransactionCreated

outboxes = importlib.import_module("tests.lambda.outboxes")
Bus, OWN, OTHER = outboxes.Bus, outboxes.OWN, outboxes.OTHER
database, rows, store = outboxes.database, outboxes.rows, outboxes.store


@pytest.fixture
def bus():
    return Bus()


# --- the other Region's events


def test_other_regions_events_are_taken_over_only_when_told(invoke, store, bus, rows, monkeypatch):
    monkeypatch.setattr("transactions.publisher.aws.client", lambda _: bus)
    store(region=OTHER, age=200)
    (fresh,) = store(region=OTHER, age=10)
    assert invoke("relay", {})["published"] == 0
    assert invoke("relay", {"take_over": OTHER})["published"] == 1
    assert set(rows("outbox")) == {fresh}
    assert invoke("relay", {"take_over": OTHER, "older_than_seconds": 5})["published"] == 1
    assert all(f'"region": "{OTHER}"' in detail for detail in bus.details)


def test_no_take_over_while_the_other_relay_works(invoke, store, bus, rows, database, deadline, log, monkeypatch):
    monkeypatch.setattr("transactions.publisher.aws.client", lambda _: bus)
    store(region=OTHER, age=200)
    now = dt.datetime.now(dt.UTC)
    until = now + dt.timedelta(seconds=30)
    database.run(lambda c: lease.take(c, OTHER, uuid.uuid4(), until=until, now=now), deadline, log)
    assert invoke("relay", {"take_over": OTHER})["busy"] is True


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"take_over": OWN}, "take_over must be another Region than us-east-1, got 'us-east-1'"),
        ({"take_over": "moon"}, "take_over must be another Region"),
        ({"take_over": None}, "take_over must be another Region"),
        ({"take_over": OTHER, "older_than_seconds": -1}, "older_than_seconds must be 0 to 604800, got -1"),
        ({"take_over": OTHER, "older_than_seconds": "1"}, "older_than_seconds must be"),
    ],
)
def test_wrong_take_over_is_refused(invoke, event, message):
    with pytest.raises(EventError, match=message):
        invoke("relay", event)


# --- how long events wait, told by who writes them


def test_writer_measures_the_oldest_event_once_a_minute(stage, store, rows, deadline, log, lines, monkeypatch):
    store(age=500)
    store(region=OTHER, age=900)
    database = stage.database("transactions")
    backlog = Backlog(database, OWN)
    lines()
    backlog.watch(deadline, log)
    backlog.watch(deadline, log)
    (metric,) = [line for line in lines() if "_aws" in line]
    assert 500 <= metric["OutboxOldestAge"] < 520
    monkeypatch.setattr("transactions.backlog.EVERY_SECONDS", 0)
    backlog.watch(deadline, log)
    assert len(lines()) == 1
    database.close()


def test_empty_outbox_has_age_zero_and_so_has_an_event_of_a_writer_whose_clock_is_ahead(stage, store, deadline, log):
    database = stage.database("transactions")
    assert Backlog(database, OWN).age(deadline, log) == 0
    store(age=-100)
    assert Backlog(database, OWN).age(deadline, log) == 0
    database.close()


@pytest.mark.parametrize("shard", [0, outbox.SHARDS - 1])
def test_the_oldest_event_is_found_in_the_first_shard_and_in_the_last(stage, rows, deadline, log, shard):
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=700)
    event_id = uuid.UUID(int=uuid.uuid4().int // outbox.SHARDS * outbox.SHARDS + shard)
    database = stage.database("transactions")
    event = TransactionCreated(event_id, "t", Decimal("1.00"), OWN, at)
    database.run(lambda connection: outbox.add(connection, event), deadline, log)
    assert 700 <= Backlog(database, OWN).age(deadline, log) < 760
    database.close()


def test_an_age_is_measured_again_after_a_minute_and_when_the_clock_was_set_back(deadline, log, monkeypatch):
    asked, now = [], [1000.0]
    monkeypatch.setattr("transactions.backlog.time", types.SimpleNamespace(time=lambda: now[0]))
    database = types.SimpleNamespace(run_statements=lambda *_: asked.append(now[0]))
    backlog = Backlog(database, OWN)
    for moment in (1000, 1000, 1059.9, 1060, 1059.5, 1119.4):
        now[0] = moment
        backlog.watch(deadline, log)
    assert asked == [1000, 1060, 1059.5]


def test_measurement_that_fails_does_not_fail_the_write(invoke, lines, monkeypatch):
    monkeypatch.setattr(outbox, "OLDEST", "select 1 from transactions.nothing where owner_region = %s")
    assert invoke("transactions", {"operation": "write", "amount": 1})["statusCode"] == 200
    assert any("age was not measured" in line["message"] for line in lines())
