"""Answers that a client in Go lost: its second try gets them again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

GO = Config(user_agent="aws-sdk-go-v2/1.36.3", retries={"mode": "standard", "total_max_attempts": 1})


class Caller:
    """A client whose calls are tries of one call, until `another()`."""

    def __init__(self, events: Any) -> None:
        self.events = events
        self.another()
        events.meta.events.register("before-send.events", self._mark)

    def another(self, invocation: str = "") -> str:
        """Let the next calls be of `invocation`, or of a new one; returns the one before."""
        before, self.invocation = getattr(self, "invocation", ""), invocation or str(uuid.uuid4())
        return before

    def _mark(self, request: Any, **_: Any) -> None:
        request.headers["amz-sdk-invocation-id"] = self.invocation


@pytest.fixture
def go(client):
    """EventBridge as Terraform calls it."""
    return Caller(client.aws("events", config=GO))


def test_a_second_try_gets_the_answer_of_the_first(go):
    first = go.events.create_event_bus(Name="tried-twice")["EventBusArn"]
    assert go.events.create_event_bus(Name="tried-twice")["EventBusArn"] == first
    go.another()
    buses = go.events.list_event_buses(NamePrefix="tried-twice")["EventBuses"]
    assert [bus["Arn"] for bus in buses] == [first]


def test_another_call_gets_an_answer_of_its_own(go):
    go.events.create_event_bus(Name="called-twice")
    go.another()
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        go.events.create_event_bus(Name="called-twice")


def test_a_try_after_a_failure_is_made_anew(go):
    def put_rule() -> Any:
        return go.events.put_rule(Name="rule", EventBusName="not-yet", EventPattern='{"source": ["a"]}')

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        put_rule()
    failed = go.another()
    go.events.create_event_bus(Name="not-yet")
    go.another(failed)
    assert put_rule()["RuleArn"] == "arn:aws:events:us-east-1:000000000000:rule/not-yet/rule"


def test_a_client_in_python_lives_with_a_lost_answer_as_on_aws(client):
    python = Caller(client.aws("events"))
    python.events.create_event_bus(Name="python-tried-twice")
    with pytest.raises(ClientError, match="ResourceAlreadyExistsException"):
        python.events.create_event_bus(Name="python-tried-twice")
