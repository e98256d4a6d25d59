"""The circuit breaker: what opens it, what it does while open, and what closes it."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from psycopg import errors
from transactions import circuit as module
from transactions.circuit import OPEN_SECONDS, THRESHOLD, WINDOW_SECONDS, Circuit, State
from transactions.errors import CircuitOpenError, DatabaseUnavailableError, PublishError
from transactions.publisher import Publisher


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock) -> Circuit:
    return Circuit("database", clock=clock)


def fail(circuit, log, times=THRESHOLD):
    for _ in range(times):
        circuit.failed(log)


def test_it_stays_closed_below_the_threshold(circuit, log):
    fail(circuit, log, THRESHOLD - 1)
    circuit.check()
    assert circuit.state is State.CLOSED


def test_a_success_begins_the_count_anew(circuit, log):
    fail(circuit, log, THRESHOLD - 1)
    circuit.succeeded(log)
    fail(circuit, log, THRESHOLD - 1)
    assert circuit.state is State.CLOSED


def test_old_failures_do_not_count(circuit, clock, log):
    fail(circuit, log, THRESHOLD - 1)
    clock.now += WINDOW_SECONDS + 1
    circuit.failed(log)
    assert circuit.state is State.CLOSED


def test_a_failure_counts_until_the_window_has_passed(circuit, clock, log):
    fail(circuit, log, THRESHOLD - 1)
    clock.now += WINDOW_SECONDS
    circuit.failed(log)
    assert circuit.state is State.CLOSED


def test_the_probe_may_start_at_the_very_end(circuit, clock, log, monkeypatch):
    monkeypatch.setattr(module.random, "uniform", lambda least, most: least)
    fail(circuit, log)
    clock.now += OPEN_SECONDS[0] - 0.5
    assert circuit.state is State.OPEN
    clock.now += 0.5
    assert circuit.state is State.HALF_OPEN


def test_weighty_failures_open_it_sooner(circuit, log):
    for _ in range(3):
        circuit.failed(log, weight=2)
    assert circuit.state is State.OPEN


def test_open_it_refuses_and_says_for_how_long(circuit, clock, log):
    fail(circuit, log)
    with pytest.raises(CircuitOpenError, match=r"the database is not well .* try again in \d+ s") as refusal:
        circuit.check()
    assert OPEN_SECONDS[0] <= refusal.value.retry_after <= OPEN_SECONDS[1]
    clock.now += refusal.value.retry_after
    circuit.check()
    assert circuit.state is State.HALF_OPEN


def test_good_probe_closes_it(circuit, clock, log):
    fail(circuit, log)
    clock.now += OPEN_SECONDS[1]
    circuit.succeeded(log)
    fail(circuit, log, THRESHOLD - 1)
    assert circuit.state is State.CLOSED


def test_one_bad_probe_opens_it_again(circuit, clock, log):
    fail(circuit, log)
    clock.now += OPEN_SECONDS[1] + WINDOW_SECONDS
    circuit.failed(log)
    assert circuit.state is State.OPEN


def test_clock_that_is_set_back_does_not_keep_it_open(circuit, clock, log):
    fail(circuit, log)
    clock.now -= 3600
    assert circuit.state is State.HALF_OPEN


def test_environments_that_opened_together_do_not_probe_together(log):
    def pause() -> float:
        circuit = Circuit("database", clock=Clock())
        fail(circuit, log)
        return circuit._until

    assert len({pause() for _ in range(20)}) > 15


def test_each_change_is_a_metric(circuit, clock, log, lines):
    fail(circuit, log)
    clock.now += OPEN_SECONDS[1]
    circuit.succeeded(log)
    metrics = [line for line in lines() if "_aws" in line]
    assert [(line["CircuitOpen"], line["dependency"]) for line in metrics] == [(1, "database"), (0, "database")]
    assert metrics[0]["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "DsqlApplication",
            "Dimensions": [["function", "dependency"]],
            "Metrics": [{"Name": "CircuitOpen", "Unit": "Count"}],
        }
    ]
    assert abs(metrics[0]["_aws"]["Timestamp"] / 1000 - time.time()) < 60


# --- the database's


@pytest.fixture
def database(stage, monkeypatch):
    from transactions import database as database_module

    monkeypatch.setattr(database_module.time, "sleep", lambda _: None)
    database = stage.database("transactions")
    yield database
    database.close()


def test_database_that_cannot_be_reached_is_left_alone_then_probed(database, deadline, log, monkeypatch, stage):
    with monkeypatch.context() as patch:
        patch.setenv("PGPORT", "9")
        with pytest.raises(DatabaseUnavailableError):
            database.run(select, deadline, log)
        with pytest.raises(CircuitOpenError):
            database.run(select, deadline, log)
    started = time.monotonic()
    with pytest.raises(CircuitOpenError):
        database.run(select, deadline, log)
    assert time.monotonic() - started < 0.02
    monkeypatch.setattr(database.circuit, "_clock", lambda: time.time() + OPEN_SECONDS[1])
    assert database.run(select, deadline, log) == (1,)
    assert database.circuit.state is State.CLOSED


def test_failed_probe_is_one_attempt(database, deadline, log, monkeypatch):
    fail(database.circuit, log)
    monkeypatch.setattr(database.circuit, "_clock", later(OPEN_SECONDS[1]))
    attempts = []

    def lose(_: object) -> None:
        attempts.append(1)
        raise errors.AdminShutdown("terminating connection")

    with pytest.raises(CircuitOpenError):
        database.run(lose, deadline, log)
    assert attempts == [1]


def later(seconds: float):
    return lambda: time.time() + seconds


@pytest.mark.parametrize(
    "error", [errors.SerializationFailure, errors.UniqueViolation, errors.ProgramLimitExceeded, errors.QueryCanceled]
)
def test_what_the_caller_causes_does_not_count(database, deadline, log, error):
    def work(_: object) -> None:
        raise error("no fault of the database")

    for _ in range(THRESHOLD):
        with pytest.raises(Exception, match=r"no fault|other writers"):
            database.run(work, deadline, log)
    assert database.circuit.state is State.CLOSED


def select(connection):
    return connection.execute("select 1").fetchone()


def test_open_circuit_is_a_fast_503_that_says_when(invoke, monkeypatch):
    import api

    write = {"operation": "write", "amount": 1}
    invoke("transactions", write)  # this environment stays warm for the next call
    from transactions.logs import Log

    fail(api._service()._database.circuit, Log("ERROR"))
    answer = api.handler(write, context())
    body = json.loads(answer["body"])
    assert (answer["statusCode"], 5 <= body["retry_after"] <= 15) == (503, True)
    assert "the database is not well" in body["error"]


def context():
    import types

    return types.SimpleNamespace(
        function_name="transactions", aws_request_id="1", get_remaining_time_in_millis=lambda: 30_000
    )


# --- the event bus's


class Bus:
    def __init__(self, outcome):
        self.outcome, self.requests = outcome, 0

    def put_events(self, *, Entries):  # noqa: N803
        self.requests += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return {"Entries": [{"ErrorCode": self.outcome} if self.outcome else {"EventId": "1"} for _ in Entries]}


def refusal(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutEvents")


@pytest.mark.parametrize(
    ("outcome", "opens"),
    [
        (EndpointConnectionError(endpoint_url="x"), True),
        (refusal("InternalException", 500), True),
        (refusal("ThrottlingException", 400), True),
        ("InternalFailure", True),
        ("ThrottlingException", True),
        (refusal("AccessDeniedException", 400), False),
        ("MalformedDetail", False),
        (None, False),
    ],
)
def test_only_an_unwell_bus_is_left_alone(log, outcome, opens):
    bus = Bus(outcome)
    publisher = Publisher("bus", bus)
    for _ in range(THRESHOLD + 1):
        try:
            publisher.publish([event()], log)
        except (PublishError, CircuitOpenError):
            continue
    assert (publisher.circuit.state is State.OPEN) is opens
    assert (bus.requests <= THRESHOLD) is opens


def event():
    import datetime as dt
    import uuid

    from transactions.outbox import Waiting

    return Waiting(uuid.uuid4(), "t", "Transaction Created", "{}", dt.datetime.now(dt.UTC))


def test_relay_ends_quietly_while_the_bus_is_left_alone(invoke, stage, lines, monkeypatch):
    """An error would only fill the queue of failed invocations: the events are safe, and the next run finds them."""
    invoke("transactions", {"operation": "write", "amount": 1})
    monkeypatch.setattr(module, "THRESHOLD", 1)
    monkeypatch.setattr("transactions.publisher.aws.client", lambda _: Bus(refusal("InternalException", 500)))
    with pytest.raises(PublishError):
        invoke("relay", {})
    import relay

    ended = relay.handler({}, context())
    assert (ended["published"], ended["complete"], ended["busy"]) == (0, False, False)
    assert "left alone" in lines()[-2]["error"]
