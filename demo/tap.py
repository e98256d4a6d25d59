"""Listen to an event bus: a queue of our own that a rule of our own fills, beside the stack."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from ops.aws import Aws
from ops.deployment import Side

SOURCE = "dsql.application"
POLL_SECONDS = 0.1


@dataclass
class Tap:
    """A tap on one Region's bus.

    Args:
        aws: the account.
        side: the Region.
    """

    aws: Aws
    side: Side
    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the rule and of the queue."""
        return f"{self.side.bus}-demo-tap-{self.side.role}"

    def open(self) -> None:
        """Create the queue and the rule."""
        queues = self.aws.client("sqs", self.side.region)
        events = self.aws.client("events", self.side.region)
        self.url = queues.create_queue(QueueName=self.name)["QueueUrl"]
        attributes = queues.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]
        arn = attributes["QueueArn"]
        pattern = json.dumps({"source": [SOURCE]})
        rule = events.put_rule(Name=self.name, EventBusName=self.side.bus, EventPattern=pattern)["RuleArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        queues.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        events.put_targets(Rule=self.name, EventBusName=self.side.bus, Targets=[{"Id": "tap", "Arn": arn}])

    def close(self) -> None:
        """Remove the rule and the queue."""
        events = self.aws.client("events", self.side.region)
        events.remove_targets(Rule=self.name, EventBusName=self.side.bus, Ids=["tap"])
        events.delete_rule(Name=self.name, EventBusName=self.side.bus)
        self.aws.client("sqs", self.side.region).delete_queue(QueueUrl=self.url)

    def events(self, event_id: str, *, seconds: float) -> list[dict[str, Any]]:
        """Events with an id that the bus had; waits for the first, then takes what is there.

        Args:
            event_id: `event_id` in the detail.
            seconds: how long to wait for the first.
        """
        deadline = time.monotonic() + seconds
        while True:
            self._receive()
            found = [event for event in self.heard if event["detail"].get("event_id") == event_id]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(POLL_SECONDS)

    def _receive(self) -> None:
        queues = self.aws.client("sqs", self.side.region)
        while messages := queues.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.heard.append(json.loads(message["Body"]))
                queues.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
