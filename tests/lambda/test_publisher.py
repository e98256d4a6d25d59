"""How much one request to the bus may hold, to the byte, and what its refusals say of the bus."""

from __future__ import annotations

import datetime as dt
import importlib
import math
import uuid

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from transactions.circuit import THRESHOLD, State
from transactions.errors import CircuitOpenError, PublishError
from transactions.outbox import Waiting
from transactions.publisher import INVALID, MOST_BYTES, TOO_LARGE, Cause, Publisher, batches, cause

Accepting = importlib.import_module("tests.lambda.outboxes").Bus
# Of `Time`, `Source` and `DetailType`: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
BESIDE_THE_DETAIL = 14 + len("dsql.application") + len("Transaction Created")


def entry(size: int) -> Waiting:
    """An event whose entry counts so many bytes; the last letter counts two."""
    detail = "x" * (size - BESIDE_THE_DETAIL - 2) + "é"
    return Waiting(uuid.uuid4(), "t", "Transaction Created", detail, dt.datetime.now(dt.UTC))


def test_an_entry_as_large_as_a_request_is_sent_and_one_byte_more_is_not(log):
    fits, too_large = entry(MOST_BYTES), entry(MOST_BYTES + 1)
    bus = Accepting()
    assert Publisher("bus", bus).publish([fits], log).accepted == [fits]
    assert Publisher("bus", bus).publish([too_large], log).refused == [(too_large, TOO_LARGE)]
    assert bus.details == [fits.detail]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([MOST_BYTES - 100, 100], [2]),
        ([MOST_BYTES - 100, 101], [1, 1]),
        ([MOST_BYTES, MOST_BYTES - 100, 100], [1, 2]),
        ([MOST_BYTES, MOST_BYTES - 100, 101], [1, 1, 1]),
    ],
)
def test_a_request_is_filled_to_the_last_byte(sizes, expected):
    assert [len(batch) for batch in batches(map(entry, sizes))] == expected


class Refusing:
    """A bus that fails as a whole."""

    def __init__(self, error: Exception) -> None:
        self.error, self.requests = error, 0

    def put_events(self, *, Entries):  # noqa: N803
        self.requests += 1
        raise self.error


def refusal(status: int) -> ClientError:
    return ClientError({"Error": {"Code": "Strange"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutEvents")


@pytest.mark.parametrize(
    ("error", "requests"),
    [
        (EndpointConnectionError(endpoint_url="x"), math.ceil(THRESHOLD / 2)),
        (refusal(500), math.ceil(THRESHOLD / 2)),
        (refusal(499), THRESHOLD * 2),
        (ClientError({}, "PutEvents"), THRESHOLD * 2),
    ],
    ids=["no answer", "500", "499", "an error that says nothing"],
)
def test_a_request_that_fails_counts_twice_where_it_speaks_of_the_bus(log, error, requests):
    bus = Refusing(error)
    publisher = Publisher("bus", bus)
    for _ in range(THRESHOLD * 2):
        with pytest.raises((PublishError, CircuitOpenError)):
            publisher.publish([entry(100)], log)
    assert bus.requests == requests
    assert (publisher.circuit.state is State.OPEN) is (requests < THRESHOLD * 2)


class Strict:
    """A bus that refuses a whole request for an entry that breaks a rule of the API, as AWS does."""

    def __init__(self) -> None:
        self.requests: list[int] = []

    def put_events(self, *, Entries):  # noqa: N803
        self.requests.append(len(Entries))
        if any("wrong" in entry["Detail"] for entry in Entries):
            error = {"Code": "ValidationException", "Message": "1 validation error detected"}
            raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 400}}, "PutEvents")
        return {"Entries": [{"EventId": "1"} for _ in Entries]}


def told(name: str) -> Waiting:
    return Waiting(uuid.uuid4(), name, "Transaction Created", f'{{"is": "{name}"}}', dt.datetime.now(dt.UTC))


def test_an_entry_that_makes_a_request_invalid_holds_up_no_other(log):
    bus, events = Strict(), [told("right"), told("wrong"), told("right")]
    publisher = Publisher("bus", bus)
    outcome = publisher.publish(events, log)
    assert (outcome.accepted, outcome.refused) == ([events[0], events[2]], [(events[1], INVALID)])
    assert bus.requests == [3, 1, 1, 1]
    assert publisher.circuit.state is State.CLOSED


def test_what_is_invalid_is_no_poison_by_itself(log):
    """Every request is invalid where the bus's name is; the events are not to blame."""
    event = told("wrong")
    assert Publisher("no bus", Strict()).publish([event], log).refused == [(event, INVALID)]
    assert cause(INVALID) is Cause.BUS


def test_an_answer_that_is_not_about_every_entry_is_an_error(log):
    class Forgetful:
        def put_events(self, *, Entries):  # noqa: N803
            return {"Entries": [{"EventId": "1"}]}

    with pytest.raises(ValueError, match="shorter"):
        Publisher("bus", Forgetful()).publish([entry(100), entry(100)], log)
