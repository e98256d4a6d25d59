"""The recipe's step 8 and its Validation & Testing, as checks of a deployed stack.

A check is a function; it returns what was seen if all is well, and raises `CheckFailedError` if not.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ops.application import Answer, await_hop, invoke
from ops.aws import Aws
from ops.deployment import Deployment, Side

EVENT_SECONDS = 60.0  # EventBridge promises no bound; half a second is typical, the relay's schedule runs each minute


class CheckFailedError(Exception):
    """A check did not pass.

    Args:
        seen: what was found.
        expected: what a healthy stack shows.
        cause: the likely cause, and where to look.
    """

    def __init__(self, seen: str, expected: str, cause: str) -> None:
        super().__init__(f"seen {seen}, expected {expected}; {cause}")
        self.seen = seen
        self.expected = expected
        self.cause = cause


@dataclass(frozen=True)
class Check:
    """One thing to look at.

    Args:
        name: what is claimed, for people.
        run: looks; returns what it saw.
    """

    name: str
    run: Callable[[], str]


def reading_checks(aws: Aws, stack: Deployment) -> Iterator[Check]:
    """The checks that change nothing.

    Args:
        aws: the account.
        stack: the deployed stack.
    """
    for side in stack.sides:
        yield Check(f"{side.region}: cluster is ACTIVE and linked", partial(cluster, aws, stack, side))
    for side in stack.sides:
        yield Check(f"{side.region}: function answers a read", partial(read, aws, side))
    for side in stack.sides:
        yield Check(f"{side.region}: rules carry events both ways", partial(rules, aws, stack, side))
    for side in stack.sides:
        yield Check(f"{side.region}: queues of failures are empty", partial(queues, aws, side))


def canary_checks(aws: Aws, stack: Deployment) -> Iterator[Check]:
    """The checks that write: one small transaction in each Region, read and received in the other.

    Args:
        aws: the account.
        stack: the deployed stack.
    """
    for side in stack.sides:
        other = stack.other(side)
        name = f"{side.region} to {other.region}: write is read at once, event arrives"
        yield Check(name, partial(canary, aws, stack, side))


def cluster(aws: Aws, stack: Deployment, side: Side) -> str:
    """The cluster is ACTIVE, lists the other as its peer, and has the configured witness."""
    found = aws.client("dsql", side.region).get_cluster(identifier=side.cluster_identifier)
    if found["status"] != "ACTIVE":
        raise CheckFailedError(
            found["status"], "ACTIVE", "not linked yet, or a key is unusable: run `make deploy` again"
        )
    properties = found.get("multiRegionProperties", {})
    peers = [arn for arn in properties.get("clusters", []) if arn != side.cluster_arn]
    wanted = stack.other(side).cluster_arn
    if peers != [wanted]:
        raise CheckFailedError(f"peers {peers}", f"[{wanted}]", "the link step did not finish: run `make deploy` again")
    witness = properties.get("witnessRegion")
    if witness != stack.witness_region:
        raise CheckFailedError(f"witness {witness}", stack.witness_region, "the cluster was made for another witness")
    return f"ACTIVE, peer {wanted.rpartition('/')[2]}, witness {witness}"


def read(aws: Aws, side: Side) -> str:
    """The function answers the recipe's read with its own Region and an ACTIVE cluster."""
    answer = invoke(aws, side, {"operation": "read"})
    wanted = {"cluster_status": "ACTIVE", "region": side.region, "multi_region": True}
    seen = {name: answer.body.get(name) for name in wanted}
    if answer.status != 200 or seen != wanted:
        raise CheckFailedError(str(answer), f"200 {wanted}", _look_in_log(side, "transactions"))
    return str(answer)


def rules(aws: Aws, stack: Deployment, side: Side) -> str:
    """The forward rule targets the other Region's bus, the receive rule the consumer; both are enabled."""
    other = stack.other(side)
    consumer = side.functions["consumer"]
    _rule(aws, side, side.forward_rule, lambda arn: arn == other.bus_arn, other.bus_arn)
    _rule(aws, side, side.receive_rule, lambda arn: arn.endswith(f":function:{consumer}"), f"function {consumer}")
    return f"{side.forward_rule} to the bus in {other.region}, {side.receive_rule} to {consumer}"


def queues(aws: Aws, side: Side) -> str:
    """No event was given up and no asynchronous invocation failed for good."""
    client = aws.client("sqs", side.region)
    for purpose, url in side.queues.items():
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        count = int(attributes["Attributes"]["ApproximateNumberOfMessages"])
        if count:
            raise CheckFailedError(
                f"{count} message(s) in {purpose}",
                "0",
                f"read them at {url}: attribute ERROR_MESSAGE, or the error record",
            )
    return ", ".join(f"{purpose} 0" for purpose in side.queues)


def canary(aws: Aws, stack: Deployment, side: Side) -> str:
    """A write in one Region is read in the other at once, and its event is received there."""
    other = stack.other(side)
    began = time.time()
    transaction = f"canary-{uuid.uuid4()}"
    written = invoke(aws, side, {"operation": "write", "transaction_id": transaction, "amount": 0.01})
    if written.status != 200:
        raise CheckFailedError(str(written), "200", _look_in_log(side, "transactions"))
    stored = invoke(aws, other, {"operation": "read", "transaction_id": transaction})
    if not _is_row(stored, transaction, side):
        raise CheckFailedError(str(stored), f"the row written in {side.region}", _look_in_log(other, "transactions"))
    event = str(written.body["event_id"])
    waiting = time.monotonic()
    received = await_hop(aws, other, "consumer", event, hop="received", since=began - 5, seconds=EVENT_SECONDS)
    if received is None:
        cause = f"{_look_in_log(side, 'relay')}; then the queue `undelivered` there; {_look_in_log(other, 'consumer')}"
        raise CheckFailedError(f"no receipt of event {event}", f"one within {EVENT_SECONDS:g} s", cause)
    return f"{transaction}: read in {other.region}, event received after {time.monotonic() - waiting:.1f} s"


def _is_row(answer: Answer, transaction: str, side: Side) -> bool:
    row = answer.body
    return answer.status == 200 and row.get("transaction_id") == transaction and row.get("region") == side.region


def _rule(aws: Aws, side: Side, name: str, fits: Callable[[str], bool], wanted: str) -> None:
    events = aws.client("events", side.region)
    state = events.describe_rule(Name=name, EventBusName=side.bus)["State"]
    if state != "ENABLED":
        raise CheckFailedError(f"{name} is {state}", "ENABLED", "somebody switched it off: `aws events enable-rule`")
    targets = [target["Arn"] for target in events.list_targets_by_rule(Rule=name, EventBusName=side.bus)["Targets"]]
    if not any(map(fits, targets)):
        raise CheckFailedError(f"{name} targets {targets}", wanted, "the target was removed: run `make deploy` again")


def _look_in_log(side: Side, function: str) -> str:
    return f"look in the log group /aws/lambda/{side.functions[function]} in {side.region}"
