"""Execution environments under a burst: few start, one that was killed is not used again, who waits is served."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config

from localcloud.patches import lambda_starts

from .conftest import eventually

SOURCE = """
import os, time

def handler(event, context):
    time.sleep(event.get("seconds", 0.0))
    return os.getpid()
"""
CALLERS = 16


@pytest.fixture(scope="module")
def invoke(client):
    client.function("starts", client.role("starts"), SOURCE)
    function = client.aws("lambda", config=Config(max_pool_connections=CALLERS))

    def call(seconds=0.0):
        answer = function.invoke(FunctionName="starts", Payload=json.dumps({"seconds": seconds}))
        assert "FunctionError" not in answer, answer["Payload"].read()
        return json.loads(answer["Payload"].read())

    return call


def test_a_burst_is_served_by_few_environments(invoke):
    invoke()
    with ThreadPoolExecutor(CALLERS) as pool:
        processes = list(pool.map(lambda _: invoke(0.01), range(8 * CALLERS)))
    assert len(set(processes)) < CALLERS / 2, "callers that wait should take what becomes free"


def test_what_keeps_environments_busy_for_long_gets_one_for_each_caller(invoke):
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: invoke(2.0), range(4)))) == 4


def test_an_environment_that_was_killed_is_not_leased_again(invoke):
    process = invoke()
    os.kill(process, signal.SIGKILL)
    time.sleep(0.5)  # until its last thread is gone too
    assert invoke() != process


def test_no_more_starts_than_allowed_are_under_way():
    """Against starts that end when the test says so."""
    under_way, most, end = [], [], threading.Event()

    def spawn(worker):
        under_way.append(worker)
        most.append(len(under_way))
        end.wait(5)
        under_way.remove(worker)

    starts = lambda_starts.Starts(2)
    spawn = starts.ended(spawn)

    class Worker:
        _proc = None
        holds_start = False

    acquire = starts.limited(lambda *_, **__: (Worker(), "spawn"))
    config = {"Runtime": "python3.11", "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:f"}
    with ThreadPoolExecutor(6) as pool:
        waiting = [pool.submit(lambda: spawn(acquire("f", config, b"")[0])) for _ in range(6)]
        eventually(lambda: len(under_way) == 2)
        end.set()
        for one in waiting:
            one.result()
    assert max(most) == 2
