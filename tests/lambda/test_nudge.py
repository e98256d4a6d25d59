"""Waking the relay: a Lambda that does not answer costs a writer's caller a second, once, and not each time."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from transactions import aws, nudge
from transactions.circuit import Circuit, State


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lambda's endpoint accepts connections, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        variables = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}
        variables |= {
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}",
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        aws.client.cache_clear()
        yield
        aws.client.cache_clear()


def took(circuit, log) -> float:
    began = time.monotonic()
    nudge.wake("relay", log, circuit=circuit)
    return time.monotonic() - began


def test_lambda_that_is_silent_is_waited_for_once(silence, log, lines):
    circuit = Circuit("relay")
    took(circuit, log)
    assert circuit.state is State.OPEN
    lines()
    assert took(circuit, log) < 0.5
    (line,) = lines()
    assert line["message"] == "the relay was not woken; its schedule will find the event"
    assert "the relay is not well and is left alone" in line["error"]


def test_a_caller_waits_about_a_second(silence, log):
    aws.client("lambda", connect_seconds=1.0, read_seconds=1.0, attempts=1)  # to make it takes its time too
    assert 0.9 < took(Circuit("relay"), log) < 2.5


class Refusing:
    """Lambda answers, and refuses."""

    def invoke(self, **_):
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "Invoke")


def test_a_refusal_is_an_answer(log, lines):
    circuit = Circuit("relay")
    for _ in range(10):
        nudge.wake("relay", log, Refusing(), circuit)
    assert circuit.state is State.CLOSED
    assert len(lines()) == 10
