"""What is a request of an HTTP API, and what is read from it."""

from __future__ import annotations

import base64
import importlib

import pytest
from transactions.errors import InvalidCommandError
from transactions.http import MOST_BODY_BYTES, BodyTooLargeError, Request, is_request

event = importlib.import_module("tests.lambda.calls").event
CONTEXT = {"http": {"method": "GET"}}


def test_a_request_has_what_the_event_says():
    given = event("POST", "/transactions", "{}", headers={"X-Correlation-Id": "a"}, limit="5")
    headers = {"content-type": "application/json", "x-correlation-id": "a"}
    assert Request.of(given) == Request("POST", "/transactions", headers, {"limit": "5"}, "{}", encoded=False)
    assert Request.of({"requestContext": CONTEXT}) == Request("GET", "/", {}, {}, "", encoded=False)


@pytest.mark.parametrize(
    ("stage", "given", "path"),
    [
        ("live", "/live/health", "/health"),
        ("live", "/live", "/"),
        ("live", "/health", "/health"),
        ("$default", "/$default/health", "/$default/health"),
    ],
)
def test_the_stage_is_no_part_of_the_path(stage, given, path):
    assert Request.of({"rawPath": given, "requestContext": {**CONTEXT, "stage": stage}}).path == path


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"version": "2.0", "requestContext": CONTEXT}, True),
        ({"version": "1.0", "requestContext": CONTEXT}, False),
        ({"version": "2.0", "requestContext": {"stage": "live"}}, False),
        ({"version": "2.0"}, False),
        ([], False),
        ("2.0", False),
    ],
)
def test_only_payload_format_2_is_a_request(given, expected):
    assert is_request(given) is expected


@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_may_have_16_kib_also_if_base64_makes_it_longer(encoded):
    body = '{"note": ""}'.replace('""', f'"{"x" * (MOST_BODY_BYTES - 12)}"')
    assert Request.of(posted(body, encoded=encoded)).fields() == {"note": "x" * (MOST_BODY_BYTES - 12)}
    with pytest.raises(BodyTooLargeError, match="at most 16384 bytes"):
        Request.of(posted(body + " ", encoded=encoded)).fields()


def posted(body: str, *, encoded: bool) -> dict[str, object]:
    text = base64.b64encode(body.encode()).decode() if encoded else body
    return event("POST", "/transactions", text) | {"isBase64Encoded": encoded}


def test_a_body_that_is_no_base64_is_refused():
    with pytest.raises(InvalidCommandError, match="body must be a JSON object in UTF-8") as refusal:
        Request.of({"body": "e3!0=", "isBase64Encoded": True, "requestContext": CONTEXT}).fields()
    assert refusal.value.field == "body"
