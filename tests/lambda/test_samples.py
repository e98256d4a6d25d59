"""AWS's own sample events (see samples/README.md): what is ours is understood, what is not is refused by name."""

from __future__ import annotations

import base64
import json
import re
import uuid
from pathlib import Path

import pytest
from transactions.errors import EventError

SAMPLES = Path(__file__).with_name("samples")
VALUES = {"account_id": "000000000000", "dns_suffix": "amazonaws.com", "partition": "aws", "region": "us-east-1"}


def sample(name: str, **values: str) -> dict[str, object]:
    """A sample with its blanks filled in."""
    text = (SAMPLES / f"{name}.json").read_text()
    return json.loads(re.sub(r"\{\{\{(\w+)\}\}\}", lambda blank: ({**VALUES, **values}).get(blank[1], "x"), text))


@pytest.mark.parametrize("stage_name", ["$default", "live"])
def test_http_api_sample_stores_a_transaction(invoke, stage_name):
    body = base64.b64encode(b'{"amount": "12.30", "currency": "EUR"}').decode()
    event = sample("HttpApi", method="POST", path="transactions", stage=stage_name, body=body)
    answer = invoke("transactions", event)
    assert (answer["statusCode"], json.loads(answer["body"])["amount"]) == (201, "12.30")


def test_http_api_sample_with_a_query_that_is_not_ours_is_400(invoke):
    answer = invoke("transactions", sample("HttpApi", method="GET", path="transactions", stage="$default"))
    assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "parameter1")
    assert answer["headers"]["content-type"] == "application/problem+json"


def test_event_in_eventbridges_envelope_is_received_once(invoke):
    envelope = sample("ScheduledEvent", rule="receive")
    envelope |= {"source": "dsql.application", "detail-type": "Transaction Created"}
    envelope["detail"] = {
        "event_id": str(uuid.uuid4()),
        "transaction_id": "sample",
        "amount": 12.3,
        "region": "us-east-1",
        "timestamp": "2026-11-01T00:00:00+00:00",
        "type": "payment",
    }
    received = [invoke("consumer", envelope, region="us-east-2")["new"] for _ in range(2)]
    assert received == [True, False]


@pytest.mark.parametrize("name", ["Sqs", "ScheduledEvent", "HttpApi"])
def test_event_of_another_kind_is_refused_by_the_consumer(invoke, name):
    with pytest.raises(EventError):
        invoke("consumer", sample(name))


@pytest.mark.parametrize("name", ["Sqs", "ScheduledEvent"])
def test_event_of_another_kind_is_a_400_of_the_transactions_function(invoke, name):
    assert invoke("transactions", sample(name))["statusCode"] == 400


def test_schedule_wakes_the_relay_whatever_its_event_holds(invoke):
    assert invoke("relay", sample("ScheduledEvent"))["complete"] is True
