"""Requests as an HTTP API hands them over, answered by the function, each answer held against docs/openapi.json."""

from __future__ import annotations

import importlib
import json
import re
import types
import uuid
from typing import Any

import pytest

openapi = importlib.import_module("tests.lambda.openapi")  # not to be had by `import`: lambda is a keyword


def event(
    method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None, **query: str
) -> dict[str, Any]:
    """A request as an HTTP API hands it over; fields from AWS's sample of payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **(headers or {})},
        **({"queryStringParameters": query} if query else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api-id",
            "domainName": "id.execute-api.us-east-1.amazonaws.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "agent",
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        **({} if body is None else {"body": body if isinstance(body, str) else json.dumps(body)}),
        "isBase64Encoded": False,
    }


@pytest.fixture
def call(invoke):
    """`call("POST", "/transactions", {...}, region=..., key=...)`: status, body, headers."""
    import api

    warm = []

    def run(method, path, body=None, *, region="us-east-1", key=None, environment=None, **query):
        request = event(method, path, body, headers={"Idempotency-Key": key} if key is not None else None, **query)
        if environment or warm != [region]:
            warm[:] = [] if environment else [region]
            answer = invoke("transactions", request, region=region, **(environment or {}))
        else:
            answer = api.handler(request, context())
        check(method, path, answer)
        return answer["statusCode"], json.loads(answer["body"]), answer["headers"]

    return run


def context():
    return types.SimpleNamespace(
        function_name="transactions", aws_request_id=str(uuid.uuid4()), get_remaining_time_in_millis=lambda: 30_000
    )


def check(method: str, path: str, answer: dict[str, Any]) -> None:
    """An answer is as the document says."""
    template = re.sub(r"^/transactions/.*", "/transactions/{id}", path)
    operation = openapi.DOCUMENT["paths"].get(template, {}).get(method.lower())
    status, kind = str(answer["statusCode"]), answer["headers"]["content-type"]
    if operation is None:
        assert status in ("404", "405")
        schema = openapi.SCHEMAS["Problem"]
    else:
        assert status in operation["responses"], f"{method} {path} answered {status}: {answer['body']}"
        response = openapi.resolved(operation["responses"][status])
        assert list(response["content"]) == [kind]
        schema = response["content"][kind]["schema"]
    assert openapi.faults(json.loads(answer["body"]), schema) == []


def name() -> str:
    """A new id."""
    return f"w-{uuid.uuid4()}"
