"""Events between Regions, their dead letters, and what may deliver them."""

from __future__ import annotations

import json
import time

import pytest

PRIMARY, SECONDARY = "us-east-1", "us-east-2"
BUS = {region: f"arn:aws:events:{region}:000000000000:event-bus/orders" for region in (PRIMARY, SECONDARY)}


@pytest.fixture(scope="module")
def forwarder(client):
    return client.role("forwarder", "events.amazonaws.com", ("events:PutEvents", "*"))


@pytest.fixture(scope="module")
def buses(client, forwarder):
    """A bus in each Region, each forwarding everything to the other: only the one-hop rule stops a loop."""
    _, dead = client.queue("bounced", SECONDARY, "events.amazonaws.com")
    for region, other in ((PRIMARY, SECONDARY), (SECONDARY, PRIMARY)):
        events = client.aws("events", region)
        events.create_event_bus(Name="orders")
        events.put_rule(Name="forward", EventBusName="orders", EventPattern='{"source": ["shop"]}')
        target = {"Id": "peer", "Arn": BUS[other], "RoleArn": forwarder}
        if region == SECONDARY:
            target["DeadLetterConfig"] = {"Arn": dead}
        events.put_targets(Rule="forward", EventBusName="orders", Targets=[target])
    return BUS


@pytest.fixture(scope="module")
def received_in_secondary(client, buses):
    url, arn = client.queue("received", SECONDARY, "events.amazonaws.com")
    events = client.aws("events", SECONDARY)
    events.put_rule(
        Name="receive",
        EventBusName="orders",
        EventPattern=json.dumps({"source": ["shop"], "region": [{"anything-but": [SECONDARY]}]}),
    )
    events.put_targets(Rule="receive", EventBusName="orders", Targets=[{"Id": "queue", "Arn": arn}])
    return url


def put(client, detail, region=PRIMARY, bus="orders"):
    entry = {"EventBusName": bus, "Source": "shop", "DetailType": "Placed", "Detail": json.dumps(detail)}
    assert client.aws("events", region).put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_an_event_reaches_the_other_region_once_and_keeps_its_origin(client, received_in_secondary):
    put(client, {"amount": 100.5})
    messages = client.received(received_in_secondary, SECONDARY)
    assert [json.loads(message["Body"])["region"] for message in messages] == [PRIMARY]
    assert json.loads(messages[0]["Body"])["detail"] == {"amount": 100.5}
    assert client.received(received_in_secondary, SECONDARY, seconds=1) == []


def test_a_forwarded_event_is_not_forwarded_again(client, received_in_secondary):
    put(client, {"number": 2})
    url = client.aws("sqs", SECONDARY).get_queue_url(QueueName="bounced")["QueueUrl"]
    attributes = client.received(url, SECONDARY)[0]["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "THIRD_REGION_HOP_DETECTED"


@pytest.mark.parametrize(
    ("name", "target", "statements", "code"),
    [
        ("no-right", BUS[SECONDARY], [], "NO_PERMISSIONS"),
        ("no-bus", BUS[SECONDARY] + "-gone", [("events:PutEvents", "*")], "NO_RESOURCE"),
    ],
)
def test_an_undeliverable_event_becomes_a_dead_letter(client, buses, name, target, statements, code):
    url, arn = client.queue(name, PRIMARY, "events.amazonaws.com")
    role = client.role(name, "events.amazonaws.com", *statements)
    events = client.aws("events")
    events.create_event_bus(Name=name)
    rule = events.put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["shop"]}')["RuleArn"]
    letters = {"Arn": arn}
    target = {"Id": "peer", "Arn": target, "RoleArn": role, "DeadLetterConfig": letters}
    events.put_targets(Rule=name, EventBusName=name, Targets=[target])
    put(client, {"name": name}, bus=name)
    (letter,) = client.received(url)
    attributes = {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()}
    assert (attributes["RULE_ARN"], attributes["TARGET_ARN"]) == (rule, target["Arn"])
    assert attributes["ERROR_CODE"] == code
    assert json.loads(letter["Body"])["detail"] == {"name": name}


def test_a_rule_invokes_only_a_function_that_permits_it(client, buses):
    url, arn = client.queue("invoked", PRIMARY)
    dead_url, dead = client.queue("not-permitted", PRIMARY, "events.amazonaws.com")
    source = (
        "import boto3, json, os\n"
        "def handler(event, context):\n"
        "    boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE'], MessageBody=json.dumps(event['detail']))\n"
    )
    role = client.role("invoked", "lambda.amazonaws.com", ("sqs:SendMessage", arn))
    function = client.function("invoked", role, source, Environment={"Variables": {"QUEUE": url}})
    events = client.aws("events")
    rule = events.put_rule(Name="invoke", EventBusName="orders", EventPattern='{"source": ["shop"]}')["RuleArn"]
    target = {"Id": "function", "Arn": function, "DeadLetterConfig": {"Arn": dead}}
    events.put_targets(Rule="invoke", EventBusName="orders", Targets=[target])
    put(client, {"number": 1})
    assert client.received(dead_url)[0]["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    client.aws("lambda").add_permission(
        FunctionName="invoked",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    put(client, {"number": 2})
    assert [message["Body"] for message in client.received(url)] == ['{"number": 2}']
    events.remove_targets(Rule="invoke", EventBusName="orders", Ids=["function"])


def test_a_bus_policy_is_kept_as_it_was_given(client, buses):
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": BUS[PRIMARY]}
        ],
    }
    events = client.aws("events")
    events.put_permission(EventBusName="orders", Policy=json.dumps(policy))
    assert json.loads(events.describe_event_bus(Name="orders")["Policy"]) == policy


def test_putting_events_does_not_wait_for_their_delivery(client, buses):
    started = time.monotonic()
    put(client, {"number": 3})
    assert time.monotonic() - started < 0.5
