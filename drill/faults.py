"""What is broken, in which Region, and how it is mended."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from localcloud.cloud import Cloud
from ops.aws import Aws
from ops.deployment import Deployment, Side

LETTERS = 25
TOKEN_SECONDS = 3.0


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        name: what is broken, for people.
        region: where.
        begin: breaks it.
        end: mends it.
        share: of the time until the next fault, how long it stays broken.
    """

    name: str
    region: str
    begin: Callable[[], object]
    end: Callable[[], object] = _nothing
    share: float = 0.3


def faults(cloud: Cloud, aws: Aws, deployment: Deployment, count: int) -> list[Fault]:
    """The first faults of an endless list, in which each kind comes in either Region.

    Args:
        cloud: where the stack runs.
        aws: the cloud's account.
        deployment: the stack.
        count: how many.
    """
    kinds = (_kill, _functions, _freeze, _events, _partition, _tokens, _lambda, _queue, _database, _keys)
    made = []
    for turn in range(-(-count // len(kinds))):
        for position, kind in enumerate(kinds):
            side = deployment.sides[(position + turn) % 2]
            made.append(kind(cloud, aws, side))
    return made[:count]


def _kill(cloud: Cloud, _: Aws, side: Side) -> Fault:
    region = side.region
    # Long enough for the health check to see it, and for the name to be answered with the other Region.
    return Fault("Region killed", region, lambda: cloud.kill(region), lambda: cloud.restart(region), share=0.7)


def _freeze(cloud: Cloud, _: Aws, side: Side) -> Fault:
    region = side.region
    return Fault("Region frozen", region, lambda: cloud.stop(region), lambda: cloud.resume(region))


def _partition(cloud: Cloud, _: Aws, side: Side) -> Fault:
    region = side.region
    return Fault("Region cut off", region, lambda: cloud.partition(region), lambda: cloud.heal(region))


def _functions(cloud: Cloud, _: Aws, side: Side) -> Fault:
    """All execution environments die, whatever they are doing: under load that is in the middle of commits."""
    return Fault("functions killed while they commit", side.region, lambda: _kill_functions(cloud, side))


def _kill_functions(cloud: Cloud, side: Side) -> None:
    for process in cloud.processes_of(side.region):
        with contextlib.suppress(psutil.Error):
            process.kill()


def _events(cloud: Cloud, _: Aws, side: Side) -> Fault:
    return _service(cloud, side, "events", "EventBridge does not answer")


def _lambda(cloud: Cloud, _: Aws, side: Side) -> Fault:
    return _service(cloud, side, "lambda", "Lambda does not answer")


def _database(cloud: Cloud, _: Aws, side: Side) -> Fault:
    return _service(cloud, side, "dsql", "database does not answer, its connections end")


def _keys(cloud: Cloud, _: Aws, side: Side) -> Fault:
    """No data key can be had, and the environments that kept one are gone."""
    region = side.region

    def begin() -> None:
        cloud.fail(region, "kms")
        _kill_functions(cloud, side)

    return Fault("KMS does not answer, functions start anew", region, begin, lambda: cloud.mend(region, "kms"))


def _service(cloud: Cloud, side: Side, service: str, name: str) -> Fault:
    region = side.region
    return Fault(name, region, lambda: cloud.fail(region, service), lambda: cloud.mend(region, service))


def _tokens(cloud: Cloud, _: Aws, side: Side) -> Fault:
    begin = lambda: cloud.expire_tokens(side.region, TOKEN_SECONDS)  # noqa: E731
    return Fault("database tokens expired, connections end", side.region, begin)


def _queue(_: Cloud, aws: Aws, side: Side) -> Fault:
    """Dead letters of somebody else: an alarm for people, nothing for clients."""
    queues, url = aws.client("sqs", side.region), side.queues["undelivered"]
    body = f"drill {random.random()}"  # noqa: S311

    def fill() -> None:
        for _ in range(LETTERS):
            queues.send_message(QueueUrl=url, MessageBody=body)

    return Fault("queue filled", side.region, fill, lambda: queues.purge_queue(QueueUrl=url))
