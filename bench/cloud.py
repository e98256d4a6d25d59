"""The embedded cloud: how fast it starts, what it takes, how many requests it answers."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import psutil

from bench import report
from localcloud.cloud import Cloud
from localcloud.state import State

STARTS = 3
SECONDS = 3.0
# Seconds until it answers: what a reader of the README waits for before anything happens.
BAR = 5.0
_REGION = "us-east-1"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `docs`.
        environment: not used: the cloud says what its clients need.

    Returns:
        Whether the median start takes at most BAR seconds.
    """
    del environment
    load = report.load()
    starts, rates, memory, processes = [], {}, 0, 0
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            with Cloud(Path(folder)) as cloud:
                starts.append(time.perf_counter() - started)
                rates = {name: _rate(ask) for name, ask in _questions(cloud).items()}
                tree = _processes(Path(folder))
                memory = round(sum(process.memory_full_info().pss for process in tree) / 2**20)
                processes = len(tree)
    rows = "\n".join(f"| {name} | {rate:.0f} |" for name, rate in rates.items())
    report.write(
        repository / "docs" / "performance.md",
        "Embedded cloud",
        "make bench ARGS=cloud",
        f"It answers {statistics.median(starts):.2f} s ({min(starts):.2f} to {max(starts):.2f}, n={STARTS}) after it "
        f"was asked to start; at most {BAR:g} s is allowed. All three Regions take {memory} MB "
        f"(processes: {processes}), without PostgreSQL, which starts with the first pair. "
        "One client asks, one request after the other.\n\n"
        f"| request | per second |\n|---|---|\n{rows}",
        load,
    )
    return statistics.median(starts) <= BAR


def _processes(directory: Path) -> set[psutil.Process]:
    state = State.read(directory / "state.json")
    started = state.processes.values() if state else ()
    parents = [psutil.Process(entry.pid) for entry in started if entry.alive]
    return {process for parent in parents for process in (parent, *parent.children(recursive=True))}


def _questions(cloud: Cloud) -> dict[str, Callable[[], Any]]:
    given = cloud.environment()
    session = boto3.Session(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], region_name=_REGION)

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=given["AWS_ENDPOINT_URL"])  # type: ignore[call-overload]

    events, queues, dsql, identity = (client(service) for service in ("events", "sqs", "dsql", "sts"))
    queue = queues.create_queue(QueueName="bench")["QueueUrl"]
    entry = {"Source": "bench", "DetailType": "Bench", "Detail": json.dumps({"a": 1})}
    return {
        "STS GetCallerIdentity": identity.get_caller_identity,
        "DSQL ListClusters": dsql.list_clusters,
        "EventBridge PutEvents, ten entries": lambda: events.put_events(Entries=[entry] * 10),
        "SQS SendMessage": lambda: queues.send_message(QueueUrl=queue, MessageBody="a"),
    }


def _rate(ask: Callable[[], Any]) -> float:
    ask()
    until, count, started = time.perf_counter() + SECONDS, 0, time.perf_counter()
    while time.perf_counter() < until:
        ask()
        count += 1
    return count / (time.perf_counter() - started)
