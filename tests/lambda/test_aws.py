"""AWS clients: how often they ask a service that fails."""

from __future__ import annotations

import http.server
import threading

import boto3
import pytest
from botocore.exceptions import ClientError
from transactions import aws


class Failing(http.server.BaseHTTPRequestHandler):
    """A service that answers everything with 500."""

    def do_POST(self) -> None:
        self.server.asked.append(self.headers["X-Amz-Target"])
        self.send_response(500)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def failing(monkeypatch):
    """The targets of the requests that a failing service got."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    variables = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "us-east-1"}
    variables |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    aws.client.cache_clear()
    yield server.asked
    aws.client.cache_clear()
    server.shutdown()
    server.server_close()


def test_a_service_that_fails_is_asked_twice_and_no_longer_waited_for(failing):
    with pytest.raises(ClientError):
        aws.client("events").put_events(Entries=[{"Source": "dsql.application", "DetailType": "x", "Detail": "{}"}])
    assert failing == ["AWSEvents.PutEvents"] * 2
