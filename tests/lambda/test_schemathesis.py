"""Requests that schemathesis makes from docs/openapi.json, right ones and wrong ones, answered by the running API.

Each goes as an event of an HTTP API to the function, which works on the embedded cloud's database.
"""

from __future__ import annotations

import importlib
import json
from urllib.parse import parse_qsl, unquote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

calls, openapi = (importlib.import_module(f"tests.lambda.{module}") for module in ("calls", "openapi"))
call = calls.call
EXAMPLES = 25  # of each operation and mode: the suite stays quick
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_dict(openapi.DOCUMENT)
OPERATIONS = {f"{found.ok().method.upper()} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}


def event(case) -> dict[str, object]:
    """The case as an HTTP API hands it to the function: payload format 2.0 joins the values of a repeated name."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="https://api.example")).prepare()
    path, _, query = prepared.path_url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True) if query else []
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    made = calls.event(prepared.method, unquote(path))
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return made | {
        "headers": {name.lower(): value for name, value in prepared.headers.items()},
        "rawQueryString": query,
        "queryStringParameters": joined,
        "body": None if body is None else body.decode("latin-1"),
    }


def answered(case, answer) -> Response:
    """The function's answer as the HTTP API passes it on."""
    return Response(
        status_code=answer["statusCode"],
        headers={name: [value] for name, value in answer["headers"].items()},
        content=answer["body"].encode(),
        request=requests.Request(case.method, "https://api.example").prepare(),
        elapsed=0.0,
        verify=False,
    )


MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}
# A request for the health has nothing that could be wrong.
CASES = [(name, mode) for name in OPERATIONS for mode in MODES if mode == "right" or "/health" not in name]


@pytest.mark.parametrize(("name", "mode"), CASES, ids=[" ".join(case) for case in CASES])
def test_no_request_is_a_5xx_and_each_answer_is_as_described(call, name, mode):
    import api

    call("GET", "/health")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[name].as_strategy(generation_mode=MODES[mode]))
    def check(case):
        answer = api.handler(event(case), calls.context())
        assert answer["statusCode"] < 500, answer
        json.loads(answer["body"])
        case.validate_response(answered(case, answer), checks=CHECKS)

    check()
