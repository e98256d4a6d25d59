"""Hand events that were given up to their function again, and take them off their queue.

What the queues hold: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html (`failed`) and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html (`undelivered`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.aws import Aws
from ops.deployment import Deployment, Side

MOST_AT_ONCE = 10  # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html


@dataclass
class Redriven:
    """What became of the messages of a Region.

    Args:
        handed: functions that were given an event again, one entry for each event.
        dropped: messages that need nothing: the relay's next run does the work of the one that failed.
        kept: why messages stay in their queue, one entry for each.
    """

    handed: list[str] = field(default_factory=list)
    dropped: int = 0
    kept: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = [f"{len(self.handed)} handed over again", f"{self.dropped} dropped, which needed nothing"]
        return ", ".join([*told, f"{len(self.kept)} kept"])


class StaysError(Exception):
    """A message is nothing that can be handed over; says what to do with it."""


def redrive(aws: Aws, stack: Deployment, side: Side) -> Redriven:
    """Empty the queues of a Region.

    Functions are invoked without waiting for them: what fails again comes back to the queue `failed`, and stays there
    until the next call. Each function does an event's work once, however often it is given.

    Args:
        aws: the account.
        stack: the deployed stack.
        side: the Region.

    Raises:
        botocore.exceptions.ClientError: AWS refused; what was handed over by then is off the queue.
    """
    done, given = Redriven(), set[str]()
    sqs = aws.client("sqs", side.region)
    for purpose, read in (("failed", _failed), ("undelivered", _undelivered)):
        for message in _messages(sqs, side.queues[purpose]):
            try:
                task = read(stack, side, message)
                if task is not None:
                    _once(task, given)
            except StaysError as reason:
                done.kept.append(f"{purpose} {message['MessageId']}: {reason}")
                continue
            if task is None:
                done.dropped += 1
            else:
                where, function, event = task
                client = aws.client("lambda", where.region)
                client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
                done.handed.append(function)
            sqs.delete_message(QueueUrl=side.queues[purpose], ReceiptHandle=message["ReceiptHandle"])
    return done


Task = tuple[Side, str, object]
"""The Region, the function's name and the event that it is given."""


def _once(task: Task, given: set[str]) -> None:
    """Refuse an event that was handed over by this call: it has failed again, and would go round without an end."""
    where, function, event = task
    key = json.dumps([where.region, function, event], sort_keys=True)
    if key in given:
        raise StaysError(f"{function} was given it a moment ago: if it failed again, mend the cause first")
    given.add(key)


def _failed(stack: Deployment, side: Side, message: Mapping[str, Any]) -> Task | None:
    record = _object(message)
    arn = str(record.get("requestContext", {}).get("functionArn", ""))
    return _again(stack, side, arn, record.get("requestPayload"))


def _undelivered(stack: Deployment, side: Side, message: Mapping[str, Any]) -> Task | None:
    event = _object(message)
    arn = str(message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue", ""))
    other = stack.other(side)
    if arn == other.bus_arn:  # its consumer is whom the event was on the way to
        return other, other.functions["consumer"], event
    if _function(arn) in {side.functions.get(name) for name in ("audit", "notify", "review")}:
        raise StaysError("the rule changes the event on the way: replay the archive to the rule")
    return _again(stack, side, arn, event)


def _again(stack: Deployment, side: Side, arn: str, event: object) -> Task | None:
    name = _function(arn)
    if name == side.functions["relay"]:
        return None
    if name not in side.functions.values():
        raise StaysError(f"it is of {arn or 'nothing that it names'}, no function of {stack.name} in {side.region}")
    return side, name, event


def _function(arn: str) -> str:
    parts = arn.split(":")  # arn:aws:lambda:<Region>:<account>:function:<name>[:<qualifier>]
    return parts[6] if len(parts) > 6 and parts[2] == "lambda" else ""


def _object(message: Mapping[str, Any]) -> dict[str, Any]:
    try:
        body = json.loads(message["Body"])
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise StaysError("its body is no JSON object, so no service of AWS put it there")
    return body


def _messages(sqs: Any, url: str) -> Iterator[dict[str, Any]]:
    """The messages of a queue, each once; those that are not deleted show up in the queue again by themselves."""
    seen: set[str] = set()
    while True:
        found = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=MOST_AT_ONCE, MessageAttributeNames=["All"], WaitTimeSeconds=1
        ).get("Messages", [])
        new = [message for message in found if message["MessageId"] not in seen]
        if not new:
            return
        seen.update(message["MessageId"] for message in new)
        yield from new


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Declare the command line.

    Args:
        commands: the subparsers of `python -m ops`.
        source: the parser that knows `--outputs`.
    """
    parser = commands.add_parser("redrive", parents=[source], help="hand events that were given up over again")
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace, stack: Deployment) -> int:
    aws, left = Aws(os.environ), 0
    for side in stack.sides:
        try:
            done = redrive(aws, stack, side)
        except (BotoCoreError, ClientError) as error:  # a Region that does not answer holds up nothing of the other
            left += 1
            sys.stderr.write(f"error: {side.region}: {error}; what was handed over is off its queue, run it again\n")
            continue
        left += len(done.kept)
        sys.stdout.write("\n".join([f"{side.region}: {done}", *(f"  {reason}" for reason in done.kept)]) + "\n")
    return 1 if left else 0
