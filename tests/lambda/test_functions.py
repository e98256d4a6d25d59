"""The four functions, one transaction's way through them, and what they log."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import errors
from transactions.database import Database


def body(answer: dict[str, Any]) -> dict[str, Any]:
    return json.loads(answer["body"])


def write(identifier: str | None = None, amount: object = 100.50) -> dict[str, Any]:
    event: dict[str, Any] = {"operation": "write", "amount": amount}
    return event if identifier is None else event | {"transaction_id": identifier}


def new_id() -> str:
    return f"test-{uuid.uuid4()}"


def test_write_answers_as_in_the_recipe(invoke):
    answer = invoke("transactions", {"operation": "write", "transaction_id": "test-001", "amount": 100.50})
    assert answer["statusCode"] == 200
    assert body(answer) | {"event_id": ""} == {
        "message": "Transaction created successfully",
        "transaction_id": "test-001",
        "region": "us-east-1",
        "event_id": "",
    }


@pytest.mark.parametrize("event", [{"operation": "read"}, {}])
def test_read_answers_the_clusters_state_in_both_regions(invoke, event):
    for region in ("us-east-1", "us-east-2"):
        answer = invoke("transactions", event, region=region)
        assert (answer["statusCode"], body(answer)) == (
            200,
            {"cluster_status": "ACTIVE", "region": region, "multi_region": True},
        )


def test_write_without_an_id_makes_one(invoke):
    made = body(invoke("transactions", write()))["transaction_id"]
    assert str(uuid.UUID(made)) == made


def test_what_one_region_wrote_the_other_reads(invoke):
    identifier = new_id()
    invoke("transactions", write(identifier, "100.5"), region="us-east-1")
    stored = body(invoke("transactions", {"operation": "read", "transaction_id": identifier}, region="us-east-2"))
    created_at = stored.pop("created_at")
    assert stored == {"transaction_id": identifier, "amount": "100.50", "region": "us-east-1", "type": "payment"}
    assert created_at.endswith("+00:00")


def test_reading_an_unknown_transaction_is_404(invoke):
    answer = invoke("transactions", {"operation": "read", "transaction_id": "nobody"})
    assert (answer["statusCode"], body(answer)["field"]) == (404, "transaction_id")
    assert "'nobody'" in body(answer)["error"]


def test_same_write_again_answers_the_same_also_from_the_other_region(invoke, stage):
    identifier = new_id()
    first = invoke("transactions", write(identifier))
    assert invoke("transactions", write(identifier)) == first
    assert invoke("transactions", write(identifier, "100.5"), region="us-east-2") == first
    with stage.sql() as connection:
        rows = connection.execute(
            "select event_id::text, owner_region from transactions.outbox where transaction_id = %s", [identifier]
        ).fetchall()
    assert rows == [(body(first)["event_id"], "us-east-1")]


def test_other_amount_under_the_same_id_is_422_and_changes_nothing(invoke):
    identifier = new_id()
    invoke("transactions", write(identifier, 1))
    answer = invoke("transactions", write(identifier, 2))
    assert (answer["statusCode"], body(answer)["field"]) == (422, "transaction_id")
    assert identifier in body(answer)["error"]
    stored = body(invoke("transactions", {"operation": "read", "transaction_id": identifier}))
    assert stored["amount"] == "1.00"


@pytest.mark.parametrize(
    ("event", "field", "allowed"),
    [
        ([], "event", "JSON object"),
        (None, "event", "JSON object"),
        ({"operation": "delete"}, "operation", "read, write"),
        ({"operation": ["write"]}, "operation", "read, write"),
        ({"operation": "write"}, "amount", "greater than 0"),
        (write("a b"), "transaction_id", "letters"),
        (
            write("a") | {"colour": "red"},
            "colour",
            "operation, account_class, account_id, amount, counterparty_id, currency, metadata",
        ),
        ({"operation": "read", "amount": 1}, "amount", "operation, transaction_id"),
        ({"operation": "read", "transaction_id": None}, "transaction_id", "string"),
        (write("x" * 10_000_000), "transaction_id", "1 to 64"),
        (write("a", "9" * 10_000_000), "amount", "9999999999999.99"),
    ],
)
def test_bad_input_is_400_and_names_the_field(invoke, event, field, allowed):
    answer = invoke("transactions", event)
    assert (answer["statusCode"], body(answer)["field"]) == (400, field)
    assert allowed in body(answer)["error"]
    assert len(answer["body"]) < 400


def test_database_down_is_503_without_internals(invoke, lines):
    answer = invoke("transactions", write(), PGPORT="9")
    assert (answer["statusCode"], body(answer)) == (503, {"error": "the database cannot be reached; try again"})
    assert "Connection refused" in lines()[-1]["traceback"]


def test_cluster_api_down_is_503(invoke):
    answer = invoke("transactions", {"operation": "read"}, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert (answer["statusCode"], body(answer)) == (503, {"error": "the cluster's status cannot be read; try again"})


def test_unexpected_error_is_500_without_internals(invoke, lines, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr("transactions.recording.together", fail)
    answer = invoke("transactions", write())
    assert answer["statusCode"] == 500
    assert "secret" not in answer["body"]
    assert "ZeroDivisionError: secret of the inside" in lines()[-1]["traceback"]


def test_missing_variable_is_500_and_the_log_names_it(invoke, lines):
    answer = invoke("transactions", write(), RELAY_FUNCTION_NAME="")
    assert answer["statusCode"] == 500
    assert "missing in the function's environment: RELAY_FUNCTION_NAME" in lines()[-1]["traceback"]


def test_failing_nudge_does_not_fail_the_write(invoke, lines):
    answer = invoke("transactions", write())  # no relay is deployed on this stage
    assert answer["statusCode"] == 200
    warning = next(line for line in lines() if line["level"] == "WARNING")
    assert (warning["message"], warning["relay"]) == (
        "the relay was not woken; its schedule will find the event",
        "transactions-relay",
    )


def test_row_and_event_are_stored_both_or_none(invoke, stage, monkeypatch):
    identifier = new_id()
    with monkeypatch.context() as patch:
        patch.setattr("transactions.outbox.values", lambda event: [event.event_id, *[None] * 6])
        assert invoke("transactions", write(identifier))["statusCode"] == 500
    assert invoke("transactions", {"operation": "read", "transaction_id": identifier})["statusCode"] == 404


def test_commit_whose_answer_was_lost_is_recognized(invoke, stage, monkeypatch):
    """The attempt after it finds its own row, and answers as if nothing had happened."""
    once, attempts, woken = Database._once, [], []

    def lossy(self, work, deadline):
        result = once(self, work, deadline)
        attempts.append(result)
        if len(attempts) == 1:
            self.close()
            raise errors.OperationalError("the answer to COMMIT never came")
        return result

    identifier = new_id()
    monkeypatch.setattr(Database, "_once", lossy)
    monkeypatch.setattr("transactions.nudge.wake", lambda name, _: woken.append(name))
    monkeypatch.setattr("transactions.backlog.Backlog.watch", lambda *_: None)
    answer = invoke("transactions", write(identifier))
    assert (answer["statusCode"], len(attempts), woken) == (200, 2, ["transactions-relay"])
    with stage.sql() as connection:
        found = connection.execute(
            "select event_id::text from transactions.outbox where transaction_id = %s", [identifier]
        ).fetchall()
    assert found == [(body(answer)["event_id"],)]


def test_one_transaction_can_be_followed_by_the_lines_of_three_functions(invoke, lines, monkeypatch):
    identifier = new_id()
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr("transactions.publisher.aws.client", lambda *_, **__: Bus(taken))
    event_id = body(invoke("transactions", write(identifier, 100.50)))["event_id"]
    result = invoke("relay", {})
    assert result == {"published": 1, "refused": 0, "parked": 0, "complete": True, "busy": False}
    delivered = {
        "source": taken[0]["Source"],
        "detail-type": taken[0]["DetailType"],
        "detail": json.loads(taken[0]["Detail"]),
    }
    assert invoke("consumer", delivered, region="us-east-2") == {"event_id": event_id, "new": True}
    hops = {line["hop"]: line for line in lines() if "hop" in line}
    assert list(hops) == ["written", "published", "received"]
    assert hops["written"]["transaction_id"] == hops["received"]["transaction_id"] == identifier
    assert hops["published"]["transaction_ids"] == [identifier]
    assert hops["written"]["event_id"] == hops["received"]["event_id"] == event_id
    assert hops["published"]["event_ids"] == [event_id]
    assert (hops["received"]["origin_region"], hops["received"]["region"]) == ("us-east-1", "us-east-2")
    assert all({"function", "request_id", "duration_ms"} <= line.keys() for line in hops.values())
    assert "100.5" not in json.dumps(hops)


class Bus:
    """A bus that keeps what it accepts, and refuses the entries that a test wants refused."""

    def __init__(self, taken: list[dict[str, Any]]) -> None:
        self.taken = taken

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.taken += Entries
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(uuid.uuid4())} for _ in Entries]}

    def invoke(self, **_: object) -> None:
        """The nudge goes nowhere."""


def test_relay_publishes_to_the_bus_of_its_region(invoke, stage):
    with listening_queue(stage, "us-east-1") as queue_url:
        identifier = new_id()
        event_id = body(invoke("transactions", write(identifier, "12.30")))["event_id"]
        assert invoke("relay", {})["published"] == 1
        messages = stage.client("sqs").receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)["Messages"]
    event = json.loads(messages[0]["Body"])
    assert (event["source"], event["detail-type"], event["region"]) == (
        "dsql.application",
        "Transaction Created",
        "us-east-1",
    )
    assert uuid.UUID(event["detail"].pop("correlation_id"))
    assert event["detail"] | {"timestamp": ""} == {
        "event_id": event_id,
        "transaction_id": identifier,
        "amount": 12.3,
        "amount_digits": 2,
        "region": "us-east-1",
        "timestamp": "",
        "type": "payment",
    }


@contextmanager
def listening_queue(stage: Any, region: str) -> Iterator[str]:
    """A queue that gets every event of the Region's bus, for so long."""
    sqs, events = stage.client("sqs", region), stage.client("events", region)
    url = sqs.create_queue(QueueName="listener")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["dsql.application"]})
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [allowed | {"Resource": arn}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    events.put_rule(Name="listener", EventBusName="transactions", EventPattern=pattern)
    events.put_targets(Rule="listener", EventBusName="transactions", Targets=[{"Id": "queue", "Arn": arn}])
    yield url
    events.remove_targets(Rule="listener", EventBusName="transactions", Ids=["queue"])
    events.delete_rule(Name="listener", EventBusName="transactions")
    sqs.delete_queue(QueueUrl=url)


def test_consumer_records_an_event_once(invoke, stage):
    event_id = str(uuid.uuid4())
    delivered = {
        "source": "dsql.application",
        "detail-type": "Transaction Created",
        "region": "us-east-1",
        "detail": {
            "event_id": event_id,
            "transaction_id": "t-1",
            "amount": 100.5,
            "region": "us-east-1",
            "timestamp": "2026-10-01T12:00:00+00:00",
        },
    }
    first, second = (invoke("consumer", delivered, region="us-east-2") for _ in range(2))
    assert (first["new"], second["new"]) == (True, False)
    with stage.sql() as connection:
        rows = connection.execute(
            "select consumer, transaction_id, amount::text, origin_region, region from transactions.inbox "
            "where event_id = %s",
            [event_id],
        ).fetchall()
    assert rows == [("receipt", "t-1", "100.5000", "us-east-1", "us-east-2")]
