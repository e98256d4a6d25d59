"""The functions of the content rules: a review, an audit line and a notification, each once."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal

import pytest
from transactions import effects, routed, topic
from transactions.errors import EventError, PublishError

DETAIL = {
    "transaction_id": "t-1",
    "amount": 20000.5,
    "region": "us-east-1",
    "timestamp": "2026-10-01T12:00:00+00:00",
    "type": "transfer",
    "currency": "EUR",
    "account_id": "a",
    "counterparty_id": "b",
    "account_classes": ["business", "personal"],
}


@pytest.fixture
def given():
    """What a rule hands over, with an id of its own."""
    return {"reason": "amount of 10000 or more", "detail": {**DETAIL, "event_id": str(uuid.uuid4())}}


def row(stage, table, columns, given):
    with stage.sql() as connection:
        return connection.execute(
            f"select {columns} from transactions.{table} where event_id = %s", [given["detail"]["event_id"]]
        ).fetchall()


def test_review_is_requested_once_with_its_reason(invoke, stage, given):
    answers = [invoke("review", given, region=region) for region in ("us-east-1", "us-east-2", "us-east-1")]
    assert [answer["new"] for answer in answers] == [True, False, False]
    assert row(stage, "reviews", "transaction_id, amount, currency, reason, origin_region, region", given) == [
        ("t-1", Decimal("20000.5000"), "EUR", "amount of 10000 or more", "us-east-1", "us-east-1")
    ]


def test_audit_line_is_written_once_with_both_accounts_and_their_classes(invoke, stage, given):
    answers = [invoke("audit", given, region=region) for region in ("us-east-2", "us-east-1")]
    assert [answer["new"] for answer in answers] == [True, False]
    assert row(stage, "audit_lines", "type, account_id, counterparty_id, account_classes, region", given) == [
        ("transfer", "a", "b", "business,personal", "us-east-2")
    ]


def test_notification_reaches_the_topics_subscriber_once_and_names_no_account(invoke, stage, given):
    url = subscriber(stage)
    answers = [invoke("notify", given) for _ in range(2)]
    assert [answer["new"] for answer in answers] == [True, False]
    (message,) = stage.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)[
        "Messages"
    ]
    told = json.loads(json.loads(message["Body"])["Message"])
    assert told == {
        "event_id": given["detail"]["event_id"],
        "transaction_id": "t-1",
        "type": "transfer",
        "amount": "20000.50",
        "currency": "EUR",
        "region": "us-east-1",
        "timestamp": "2026-10-01T12:00:00+00:00",
    }
    assert len(row(stage, "notifications", "event_id", given)) == 1


def subscriber(stage):
    """A queue that is subscribed to the topic."""
    sns, sqs = stage.client("sns"), stage.client("sqs")
    arn = sns.create_topic(Name="notifications")["TopicArn"]
    url = sqs.create_queue(QueueName=f"subscriber-{uuid.uuid4()}")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": queue}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return url


def test_notification_that_the_topic_refused_is_not_noted_and_the_next_delivery_sends_it(invoke, stage, given):
    nowhere = "arn:aws:sns:us-east-1:000000000000:nowhere"
    with pytest.raises(PublishError, match="nowhere did not take the notification"):
        invoke("notify", given, TOPIC_ARN=nowhere)
    assert row(stage, "notifications", "event_id", given) == []
    subscriber(stage)
    assert invoke("notify", given)["new"] is True


def test_notification_whose_note_was_lost_is_sent_again_with_the_same_event_id(invoke, given, monkeypatch):
    sent = []
    monkeypatch.setattr(topic, "publish", lambda arn, event: sent.append(str(event.event_id)))
    with monkeypatch.context() as patch:
        patch.setattr(effects, "note", fail)
        with pytest.raises(ZeroDivisionError):
            invoke("notify", given)
    invoke("notify", given)
    invoke("notify", given)
    assert sent == [given["detail"]["event_id"]] * 2


def fail(*_: object, **__: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("function", ["audit", "notify", "review"])
@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "an object `detail`"),
        ({"detail": DETAIL}, "reason must be a text of 1 to 256 characters, got None"),
        ({"reason": "x", "detail": DETAIL}, "event's detail has no event_id"),
        (
            {"reason": "x", "detail": {**DETAIL, "event_id": str(uuid.UUID(int=1)), "account_classes": ["royal"]}},
            "account_classes must be one of business, institution, personal; got 'royal'",
        ),
    ],
)
def test_what_no_rule_made_is_refused_by_the_fields_name(invoke, function, event, message):
    with pytest.raises(EventError, match=message):
        invoke(function, event)


@pytest.mark.parametrize("reason", ["r", "x" * 256])
def test_a_reason_may_have_up_to_256_characters(given, reason):
    assert routed.parse({**given, "reason": reason}).reason == reason
    with pytest.raises(EventError, match="reason must be a text of 1 to 256 characters"):
        routed.parse({**given, "reason": "" if reason == "r" else reason + "x"})


@pytest.mark.parametrize("given", [None, [], {"reason": "x", "detail": []}])
def test_what_is_no_object_is_refused(given):
    with pytest.raises(EventError, match="an object `detail`"):
        routed.parse(given)


def test_no_line_of_the_log_holds_an_amount_or_an_account(invoke, given, lines):
    for function in ("audit", "review"):
        invoke(function, given)
    said = [line for line in lines() if line.get("hop") in ("audit", "review")]
    assert [line["hop"] for line in said] == ["audit", "review"]
    assert "20000" not in json.dumps(said)
