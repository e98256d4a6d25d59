"""Answers that a client in Go lost: its second try gets them again."""

from __future__ import annotations

import http.client
import http.server
import os
import threading
import uuid
from typing import Any, ClassVar

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from delivery.providers import choose
from delivery.terraform import Terraform, quiet_environment
from delivery.toolchain import find_terraform

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


ROOT = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" { region = "us-east-1" }
resource "aws_cloudwatch_log_group" "made" {
  count = 3
  name  = "once-${count.index}"
}
"""


class Losing(http.server.BaseHTTPRequestHandler):
    """Stands between Terraform and the cloud, and keeps the first answer to each creation for itself."""

    cloud = ""
    lost: ClassVar[list[int]] = []
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        connection = http.client.HTTPConnection(self.cloud)
        connection.request("POST", self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        first = self.headers["Amz-Sdk-Request"].startswith("attempt=1;")
        if first and self.headers.get("X-Amz-Target", "").endswith(".CreateLogGroup"):
            self.lost.append(answer.status)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Length", "x-amzn-requestid"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def losing(client):
    """The address of a cloud whose first answer to each creation is lost, and the status of each lost answer."""
    address = client.environment["AWS_ENDPOINT_URL"].removeprefix("http://")
    handler = type("Here", (Losing,), {"cloud": address, "lost": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler.lost
        server.shutdown()


def test_terraform_makes_each_thing_once_though_answers_are_lost(client, losing, tmp_path):
    url, lost = losing
    (tmp_path / "main.tf").write_text(ROOT)
    environment = {**os.environ, **client.environment, "AWS_ENDPOINT_URL": url}
    binary = find_terraform(environment)
    source = choose(environment, platform=binary.platform, folder=tmp_path / "build")
    terraform = Terraform(
        tmp_path, quiet_environment(environment, source.configuration), binary.path, tmp_path / "logs"
    )
    terraform.init()
    terraform.apply()  # "already exists", if the second try were carried out again
    assert lost == [200, 200, 200]
    groups = client.aws("logs").describe_log_groups(logGroupNamePrefix="once-")["logGroups"]
    assert sorted(group["logGroupName"] for group in groups) == ["once-0", "once-1", "once-2"]
