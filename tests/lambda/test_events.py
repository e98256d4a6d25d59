"""The event on the bus: its digits, and what the consumer takes for one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transactions import events
from transactions.errors import EventError
from transactions.events import TransactionCreated
from transactions.trace import Trace

EVENT_ID = uuid.UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
MOMENT = dt.datetime(2026, 10, 1, 12, 0, 0, 5, dt.UTC)
CREATED = TransactionCreated(EVENT_ID, "test-001", Decimal("100.50"), "us-east-1", MOMENT)


def delivered(event: TransactionCreated) -> dict[str, object]:
    return {
        "source": "dsql.application",
        "detail-type": "Transaction Created",
        "region": "us-east-1",
        "detail": json.loads(event.detail()),
    }


def test_detail_has_the_recipes_fields_and_the_amounts_own_digits():
    assert CREATED.detail() == (
        '{"event_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "transaction_id": "test-001", "amount": 100.50, '
        '"amount_digits": 3, "region": "us-east-1", "timestamp": "2026-10-01T12:00:00.000005+00:00", "type": "payment"}'
    )


@given(st.integers(1, 999_999_999_999_999))
def test_an_event_arrives_as_it_was_sent(cents):
    event = TransactionCreated(
        EVENT_ID, "test-001", (Decimal(cents) / 100).quantize(Decimal("0.01")), "eu-west-1", MOMENT
    )
    assert events.parse(delivered(event)) == event


def test_further_fields_are_let_pass():
    event = delivered(CREATED) | {"trace": "x"}
    event["detail"] = {**json.loads(CREATED.detail()), "colour": "red"}
    assert events.parse(event) == CREATED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "other"}, "source must be 'dsql.application', got 'other'"),
        ({"detail-type": None}, "detail-type must be 'Transaction Created', got None"),
        ({"detail": "text"}, "object `detail`"),
    ],
)
def test_events_of_others_are_refused(change, message):
    with pytest.raises(EventError, match=message):
        events.parse(delivered(CREATED) | change)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", "no-uuid"), ("event_id", 5), ("transaction_id", ""), ("amount", "x"), ("amount", -1),
        ("region", ""), ("region", 3), ("timestamp", "yesterday"), ("timestamp", "2026-10-01T12:00:00"),
        ("timestamp", None), ("region", "x" * 33), ("correlation_id", "two words"), ("trace_header", 5),
        ("trace_header", "two words"), ("account_versions", []), ("account_versions", {"a": 0}),
        ("account_versions", {"a": 2**63}), ("account_versions", {"a": True}), ("account_versions", {"a": 1.5}),
        ("account_versions", {"a": "1"}), ("account_versions", {"a b": 1}), ("account_classes", "personal"),
    ],
)  # fmt: skip
def test_damaged_detail_is_refused_by_the_fields_name(field, value):
    event = delivered(CREATED)
    event["detail"] = {**json.loads(CREATED.detail()), field: value}
    with pytest.raises(EventError, match=f"event's {field} must be"):
        events.parse(event)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("region", "r"), ("region", "x" * 32), ("trace_header", "Root=1-a"), ("correlation_id", "c")),
        *(("account_versions", {"a": 1, "b": 2**63 - 1}), ("account_versions", {})),
    ],
)
def test_the_shortest_and_the_largest_that_a_field_may_hold_is_read(field, value):
    event = delivered(CREATED)
    event["detail"] = {**json.loads(CREATED.detail()), field: value}
    assert getattr(events.parse(event), field) == value


def test_an_events_trace_is_that_of_its_request_if_it_has_one():
    assert CREATED.trace() is None
    assert dataclasses.replace(CREATED, correlation_id="c").trace() == Trace("c")


@pytest.mark.parametrize("field", ["event_id", "transaction_id", "amount", "region", "timestamp"])
def test_missing_field_is_named(field):
    event = delivered(CREATED)
    event["detail"] = {name: value for name, value in json.loads(CREATED.detail()).items() if name != field}
    with pytest.raises(EventError, match=f"has no {field}"):
        events.parse(event)


@pytest.mark.parametrize("event", [None, [], "text", {}, {"detail": []}])
def test_what_is_no_event_is_refused(event):
    with pytest.raises(EventError, match="event must be an object"):
        events.parse(event)


@pytest.mark.parametrize(
    ("amount", "digits"), [("0.01", 1), ("9.99", 1), ("10.00", 2), ("4999999999.99", 10), ("9999999999999.99", 13)]
)
def test_digits_before_the_point_are_counted_for_amounts_that_no_numeric_rule_knows(amount, digits):
    event = TransactionCreated(EVENT_ID, "test-001", Decimal(amount), "us-east-1", MOMENT)
    assert json.loads(event.detail())["amount_digits"] == digits
