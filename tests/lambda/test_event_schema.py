"""The published schema, docs/events/transaction-created.json: what the code makes, by jsonschema's reading."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from transactions import events, model
from transactions.events import TransactionCreated

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "events" / "transaction-created.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)
DETAIL = SCHEMA["properties"]["detail"]["properties"]
IDENTIFIERS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", fullmatch=True)
CREATED = st.builds(
    TransactionCreated,
    event_id=st.uuids(),
    transaction_id=IDENTIFIERS,
    amount=st.decimals("0.01", model.LARGEST_AMOUNT, places=2),
    region=st.sampled_from(["us-east-1", "eu-west-1"]),
    timestamp=st.datetimes(timezones=st.just(dt.UTC)),
    type=st.sampled_from(model.TYPES),
    currency=st.none() | st.sampled_from(["EUR", "JPY"]),
    account_id=st.none() | IDENTIFIERS,
    counterparty_id=st.none() | IDENTIFIERS,
    account_versions=st.dictionaries(IDENTIFIERS, st.integers(1, 2**62), max_size=2),
    correlation_id=st.none() | IDENTIFIERS,
    trace_header=st.none() | st.from_regex(r"[A-Za-z0-9=;:._-]{1,512}", fullmatch=True),
    account_classes=st.lists(st.sampled_from(model.ACCOUNT_CLASSES), unique=True).map(sorted).map(tuple),
)
ONE = TransactionCreated(
    uuid.UUID(int=1), "t-1", Decimal("1.00"), "us-east-1", dt.datetime(2026, 10, 1, tzinfo=dt.UTC), currency="EUR"
)


def delivered(event: TransactionCreated) -> dict[str, object]:
    """The event as EventBridge hands it over."""
    envelope = {"version": "0", "id": "1", "account": "0", "time": "2026-10-01T00:00:00Z", "resources": []}
    detail = json.loads(event.detail())
    more = {"source": events.SOURCE, "detail-type": events.TRANSACTION_CREATED, "region": "us-east-1", "detail": detail}
    return envelope | more


def test_the_schema_is_one():
    Draft4Validator.check_schema(SCHEMA)


@given(CREATED)
def test_every_event_that_the_code_makes_is_as_the_schema_says(event):
    assert [error.message for error in VALIDATOR.iter_errors(delivered(event))] == []


def test_the_schema_names_exactly_the_fields_and_values_of_the_code():
    fields = {field.name for field in dataclasses.fields(TransactionCreated)}
    assert set(DETAIL) == fields | {"amount_digits"}
    assert set(DETAIL["type"]["enum"]) == set(model.TYPES)
    assert set(DETAIL["account_classes"]["items"]["enum"]) == set(model.ACCOUNT_CLASSES)
    assert Decimal(str(DETAIL["amount"]["maximum"])) == model.LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", "1"), ("transaction_id", ""), ("amount", 0), ("amount", "1.00"), ("amount_digits", 14),
        ("type", "gift"), ("currency", "euro"), ("account_versions", {"a": 0}), ("account_classes", ["royal"]),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_is_no_event_of_ours(field, value):
    wrong = delivered(ONE)
    wrong["detail"] = {**json.loads(ONE.detail()), field: value}
    assert list(VALIDATOR.iter_errors(wrong)) != []
