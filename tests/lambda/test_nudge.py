"""Waking the relay: a Lambda that does not answer costs a writer's caller two seconds, once, and not each time."""

from __future__ import annotations

import socket
import time
import types
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from transactions import aws, nudge

NOT_WOKEN = "the relay was not woken; its schedule will find the event"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """An execution environment that knows of nothing."""
    monkeypatch.setattr(nudge, "_rests", {})


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lambda's endpoint accepts connections, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
        variables = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
        variables |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": endpoint}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        aws.client.cache_clear()
        yield
        aws.client.cache_clear()


def took(log) -> float:
    began = time.monotonic()
    nudge.wake("relay", log)
    return time.monotonic() - began


def test_lambda_that_is_silent_is_waited_for_once_and_some_two_seconds(silence, log, lines):
    aws.client("lambda", connect_seconds=1.0, read_seconds=1.0)  # to make it takes its time too
    assert 1.9 < took(log) < 6
    assert took(log) < 0.5
    first, second = lines()
    assert (first["level"], first["message"]) == ("WARNING", NOT_WOKEN)
    assert second["level"] == "DEBUG"


class Functions:
    """Lambda, which answers as it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.asked = error, 0

    def invoke(self, **_: object) -> None:
        self.asked += 1
        if self.error:
            raise self.error


@pytest.mark.parametrize(("later", "asked"), [(0, 1), (9.9, 1), (10, 2), (-0.1, 2)])
def test_a_silent_lambda_is_asked_again_after_its_rest(log, monkeypatch, later, asked):
    clock = types.SimpleNamespace(now=1000.0)
    monkeypatch.setattr(nudge, "time", types.SimpleNamespace(time=lambda: clock.now))
    functions = Functions(ReadTimeoutError(endpoint_url="https://lambda.us-east-1.amazonaws.com"))
    nudge.wake("relay", log, functions)
    clock.now += later
    nudge.wake("relay", log, functions)
    assert functions.asked == asked


def test_a_refusal_is_an_answer(log, lines):
    functions = Functions(ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke"))
    for _ in range(3):
        nudge.wake("relay", log, functions)
    assert functions.asked == 3
    assert [line["message"] for line in lines()] == [NOT_WOKEN] * 3


def test_each_write_wakes_it(log, lines):
    functions = Functions()
    for _ in range(3):
        nudge.wake("relay", log, functions)
    assert (functions.asked, lines()) == (3, [])
