"""Queues and topics on a customer's KMS key: who may send to them."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
USE = ["kms:Decrypt", "kms:GenerateDataKey"]
OWNER = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}


def made(client, *statements):
    """A key that its account administers, with more statements."""
    document = {"Version": "2012-10-17", "Statement": [OWNER, *statements]}
    return client.aws("kms").create_key(Policy=json.dumps(document))["KeyMetadata"]["Arn"]


def service(name):
    return {"Effect": "Allow", "Principal": {"Service": f"{name}.amazonaws.com"}, "Action": USE, "Resource": "*"}


def grant(client, role, *statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    client.aws("iam").put_role_policy(RoleName=role, PolicyName="granted", PolicyDocument=document)


@pytest.mark.parametrize(("via", "sent"), [("sqs", True), ("sns", False), (None, False)])
def test_a_message_to_an_encrypted_queue_takes_the_right_to_its_key_through_the_service(client, via, sent):
    name = f"encrypted-{via}"
    queue, arn = client.queue(name)
    client.aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"KmsMasterKeyId": made(client)})
    condition = {"StringEquals": {"kms:ViaService": f"{via}.us-east-1.amazonaws.com"}}
    role = client.role(name)
    right = {"Effect": "Allow", "Action": USE, "Resource": "*", "Condition": condition}
    grant(client, name, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}, *([right] if via else []))
    sender = client.as_role(role).aws("sqs")
    if sent:
        sender.send_message(QueueUrl=queue, MessageBody="x")
    else:
        with pytest.raises(ClientError, match="not authorized"):
            sender.send_message(QueueUrl=queue, MessageBody="x")


def test_a_topic_asks_for_its_key_too(client):
    topic = client.aws("sns").create_topic(Name="encrypted", Attributes={"KmsMasterKeyId": made(client)})["TopicArn"]
    role = client.role("publisher", "lambda.amazonaws.com", ("sns:Publish", topic))
    with pytest.raises(ClientError, match="not authorized"):
        client.as_role(role).aws("sns").publish(TopicArn=topic, Message="x")


@pytest.mark.parametrize("let_in", [True, False])
def test_an_event_reaches_an_encrypted_queue_whose_key_lets_eventbridge_in(client, let_in):
    name = f"events-{let_in}".lower()
    queue, arn = client.queue(name, allowed="events.amazonaws.com")
    key = made(client, *([service("events")] if let_in else []))
    client.aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"KmsMasterKeyId": key})
    events = client.aws("events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": name, "DetailType": "x", "Detail": "{}"}])
    assert bool(client.received(queue, seconds=5 if let_in else 2)) is let_in


@pytest.mark.parametrize("let_in", [True, False])
def test_an_alarm_reaches_an_encrypted_topic_whose_key_lets_cloudwatch_in(client, let_in):
    name = f"alarm-{let_in}".lower()
    queue, arn = client.queue(name, allowed="sns.amazonaws.com")
    key = made(client, *([service("cloudwatch")] if let_in else []))
    topic = client.aws("sns").create_topic(Name=name, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    client.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    client.aws("cloudwatch").put_metric_alarm(
        AlarmName=name, AlarmActions=[topic], Namespace=name, MetricName="m", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=0, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    client.aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    assert bool(client.received(queue, seconds=5 if let_in else 1)) is let_in


def test_a_key_that_is_disabled_lets_nobody_in(client):
    key = made(client, service("events"))
    queue, arn = client.queue("disabled-key", allowed="events.amazonaws.com")
    client.aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"KmsMasterKeyId": key})
    client.aws("kms").disable_key(KeyId=key)
    events = client.aws("events")
    events.put_rule(Name="disabled", EventPattern=json.dumps({"source": ["disabled"]}))
    events.put_targets(Rule="disabled", Targets=[{"Id": "queue", "Arn": arn}])
    events.put_events(Entries=[{"Source": "disabled", "DetailType": "x", "Detail": "{}"}])
    time.sleep(1)
    assert client.received(queue, seconds=1) == []
