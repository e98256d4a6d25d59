"""Execution environments under a burst: few start, one that was killed is not used again, who waits is served."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config

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


def test_a_function_that_cannot_start_says_why_each_time(client):
    client.function("broken", client.role("broken"), "raise ValueError('no such setting')\n")
    for _ in range(2):
        answer = client.aws("lambda").invoke(FunctionName="broken", Payload=b"{}")
        assert "no such setting" in answer["Payload"].read().decode()


def test_a_busy_environment_that_becomes_free_serves_before_one_that_starts(client):
    """One that takes 3 s to start would hold its caller up that long."""
    client.function("slow", client.role("slow"), "import time\ntime.sleep(3)\n" + SOURCE)
    function = client.aws("lambda", config=Config(max_pool_connections=2))

    def call(seconds):
        began = time.monotonic()
        answer = function.invoke(FunctionName="slow", Payload=json.dumps({"seconds": seconds}))
        return json.loads(answer["Payload"].read()), time.monotonic() - began

    warm, _ = call(0)
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(call, 1.0)
        time.sleep(0.3)
        process, waited = call(0)
        assert busy.result()[0] == process == warm
    assert waited < 2.5, "its caller waited for the environment that starts"


def test_no_more_starts_than_allowed_are_under_way(client):
    """Twice as many functions as may start at once, which take a second to, all called at once."""
    source = "import time\nBEGAN = time.time()\ntime.sleep(1)\n\ndef handler(event, context):\n    return BEGAN\n"
    allowed = os.cpu_count() or 1
    names = [f"together-{number}" for number in range(2 * allowed)]
    role = client.role("together")
    for name in names:
        client.function(name, role, source)
    function = client.aws("lambda", config=Config(max_pool_connections=len(names)))

    def call(name):
        return json.loads(function.invoke(FunctionName=name, Payload=b"{}")["Payload"].read())

    with ThreadPoolExecutor(len(names)) as pool:
        began = sorted(pool.map(call, names))
    assert [later - first >= 1 for first, later in zip(began, began[allowed:], strict=False)] == [True] * allowed, began
