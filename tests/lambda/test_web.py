"""The HTTP API and docs/openapi.json say the same; and what is written over it."""

from __future__ import annotations

import base64
import importlib
import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transactions import commands, http, model, web
from transactions.errors import CommandError
from transactions.http import Request

calls, openapi = (importlib.import_module(f"tests.lambda.{module}") for module in ("calls", "openapi"))
DOCUMENT, SCHEMAS = openapi.DOCUMENT, openapi.SCHEMAS
call, check, context, event, name = calls.call, calls.check, calls.context, calls.event, calls.name

# --- the document and the code


def test_document_has_the_routes_and_no_others():
    described = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    assert described == set(web.ROUTES)


def test_document_has_the_fields_types_and_rules_of_the_code():
    assert set(SCHEMAS["NewTransaction"]["properties"]) == set(commands.WRITE_FIELDS)
    assert tuple(SCHEMAS["Type"]["enum"]) == model.TYPES
    assert SCHEMAS["Identifier"]["pattern"] == f"^{model._IDENTIFIER.pattern}$"
    assert SCHEMAS["Amount"]["pattern"] == f"^{model._DECIMAL.pattern}$"
    for texts in ("Metadata", "Sensitive"):
        assert SCHEMAS[texts]["maxProperties"] == model.MOST_METADATA
        assert SCHEMAS[texts]["propertyNames"]["pattern"] == f"^{model._METADATA_NAME.pattern}$"
    parameters = DOCUMENT["paths"]["/transactions"]["get"]["parameters"]
    assert sorted(parameter["name"] for parameter in parameters) == list(web.QUERY)
    limit = next(parameter["schema"] for parameter in parameters if parameter["name"] == "limit")
    assert (limit["default"], limit["maximum"]) == (web.DEFAULT_LIMIT, web.MOST_LIMIT)


def test_every_problem_that_is_described_has_a_title():
    described = {
        int(status) for item in DOCUMENT["paths"].values() for op in item.values() for status in op["responses"]
    }
    assert described - {200, 201} <= set(http.TITLES)
    assert set(http.TITLES) - described == {405}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
GOOD = {
    "transaction_id": st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,8}\Z"),
    "type": st.sampled_from(model.TYPES),
    "amount": st.sampled_from(["1", "2.5", 3, 4.25, 1e3]),
    "currency": st.sampled_from(["EUR", "USD"]),
    "account_id": st.sampled_from(["a", "b"]),
    "counterparty_id": st.sampled_from(["c", "d"]),
    "metadata": st.dictionaries(st.from_regex(r"\A[a-z]{1,3}\Z"), st.sampled_from(["", "text"]), max_size=2),
}
BODIES = st.fixed_dictionaries({}, optional={field: good | JSON for field, good in GOOD.items()}) | JSON


@given(BODIES)
def test_what_the_document_refuses_the_code_refuses_and_the_other_way_round(body):
    wrong = openapi.faults(body, SCHEMAS["NewTransaction"])
    try:
        web.write_command(Request.of(event("POST", "/transactions", body)))
    except CommandError as error:
        # Rules that a schema cannot say: two decimals, real currencies, control characters.
        beyond = error.field in ("amount", "currency", "metadata")
        refused = f"{error}"
    else:
        refused, beyond = "", False
    assert bool(wrong) == bool(refused) or beyond, refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "", "get"]),
    path=st.sampled_from(["/transactions", "/transactions/", "/transactions/a", "/health", "/", ""])
    | st.text(max_size=9),
    body=st.none() | st.text(max_size=20) | BODIES.map(json.dumps),
    headers=st.dictionaries(st.sampled_from(["idempotency-key", "Idempotency-Key", "x"]), st.text(max_size=6)),
    query=st.dictionaries(st.sampled_from([*web.QUERY, "x"]), st.text(max_size=30) | st.sampled_from(["5", "a"])),
    encoded=st.booleans(),
)
def test_no_request_is_answered_with_5xx(call, method, path, body, headers, query, encoded):
    import api

    call("GET", "/health")
    request = event(method, path, body, headers=headers, **query) | {"isBase64Encoded": encoded}
    answer = api.handler(request, context())
    assert answer["statusCode"] < 500, answer
    if method.isupper() and method != "HEAD":
        check(method, path if path != "/transactions/" else "/transactions/x", answer)


# --- writing


def test_transaction_is_stored_and_read_in_the_other_region(call):
    identifier = name()
    new = {
        "transaction_id": identifier,
        "amount": 100.5,
        "currency": "EUR",
        "account_id": "acc-1",
        "metadata": {"note": "Grüße \U0001f44b", "empty": ""},
    }
    status, written, headers = call("POST", "/transactions", new)
    assert (status, headers["location"]) == (201, f"/transactions/{identifier}")
    assert written | {"created_at": ""} == {**new, "amount": "100.50", "type": "payment", "region": "us-east-1"} | {
        "created_at": ""
    }
    assert call("GET", f"/transactions/{identifier}", region="us-east-2")[:2] == (200, written)


def test_metadata_can_be_read_in_the_table_as_they_were_written(call, stage):
    identifier = name()
    call("POST", "/transactions", {"transaction_id": identifier, "amount": "1", "metadata": {"note": "Grüße"}})
    with stage.sql() as connection:
        found = connection.execute(
            "select metadata from transactions.transactions where transaction_id = %s", [identifier]
        )
        assert found.fetchone() == ('{"note": "Grüße"}',)


@pytest.mark.parametrize("key", ["k", "k" * 255])
def test_a_key_may_have_up_to_255_characters(key):
    request = Request.of(event("POST", "/transactions", {"amount": "5"}, headers={"Idempotency-Key": key}))
    assert web.write_command(request).transaction_id == str(uuid.uuid5(web._KEYS, key))


@pytest.mark.parametrize("amount", ["9999999999999.99", "0.01", "4503599627370.49"])
def test_amount_as_a_number_keeps_its_digits(call, amount):
    assert call("POST", "/transactions", f'{{"amount": {amount}}}')[1]["amount"] == amount


def test_same_key_is_one_transaction_in_either_region(call, stage):
    key = f"key {uuid.uuid4()}"
    first, _, second = (
        call("POST", "/transactions", {"amount": "5"}, key=key, region=region)
        for region in ("us-east-1", "us-east-1", "us-east-2")
    )
    assert (first[0], second[0], first[1]) == (201, 201, second[1])
    assert ("idempotency-replayed" in first[2], second[2]["idempotency-replayed"]) == (False, "true")
    status, problem, _ = call("POST", "/transactions", {"amount": "6"}, key=key)
    assert (status, problem["field"], problem["type"]) == (
        422,
        "transaction_id",
        "urn:dsql-application:problem:key-taken",
    )
    with stage.sql() as connection:
        rows = connection.execute(
            "select 1 from transactions.outbox where transaction_id = %s", [first[1]["transaction_id"]]
        )
        assert len(rows.fetchall()) == 1


def test_same_id_with_any_other_content_is_422(call):
    identifier = name()
    new = {"transaction_id": identifier, "amount": "5", "currency": "EUR"}
    call("POST", "/transactions", new)
    for change in ({"currency": "USD"}, {"metadata": {"a": "b"}}, {"account_id": "x"}, {"amount": "5.01"}):
        assert call("POST", "/transactions", new | change)[0] == 422
    assert call("POST", "/transactions", new | {"amount": 5.00})[0] == 201


@pytest.mark.parametrize(
    ("body", "key", "field"),
    [
        ({"amount": "1", "transaction_id": "a"}, "k", "Idempotency-Key"),
        ({"amount": "1"}, "", "Idempotency-Key"),
        ({"amount": "1"}, "ä", "Idempotency-Key"),
        ({"amount": "1"}, "k" * 256, "Idempotency-Key"),
        ({}, None, "amount"),
        ({"amount": "1", "currency": "EURO"}, None, "currency"),
        ({"amount": "1.5", "currency": "JPY"}, None, "amount"),
        ({"amount": "1", "type": "gift"}, None, "type"),
        ({"amount": "1", "type": "transfer", "currency": "EUR", "account_id": "a"}, None, "counterparty_id"),
        (
            {"amount": "1", "type": "transfer", "currency": "EUR", "account_id": "a", "counterparty_id": "a"},
            None,
            "counterparty_id",
        ),
        ({"amount": "1", "type": "deposit", "account_id": "a"}, None, "currency"),
        ({"amount": "1", "counterparty_id": "a"}, None, "counterparty_id"),
        ({"amount": "1", "metadata": {"a": 1}}, None, "metadata"),
        ({"amount": "1", "metadata": {"a": "\0"}}, None, "metadata"),
        ({"amount": "1", "metadata": {"a": "\ud800"}}, None, "metadata"),
        ({"amount": "1", "metadata": {str(n): "" for n in range(17)}}, None, "metadata"),
        ({"amount": "1", "metadata": {"a": "x" * 257}}, None, "metadata"),
        ({"amount": "1", "colour": "red"}, None, "colour"),
        ("", None, "body"),
        ("[]", None, "body"),
        ('{"amount": NaN}', None, "body"),
        ('{"amount": 1e999999999}', None, "amount"),
        ('{"amount": 1, "amount": 2}', None, "body"),
        ("[" * 15_000, None, "body"),
    ],
)
def test_bad_request_is_400_and_names_the_field(call, body, key, field):
    status, problem, headers = call("POST", "/transactions", body, key=key)
    assert (status, problem["field"], headers["content-type"]) == (400, field, "application/problem+json")
    assert problem["instance"].startswith("urn:uuid:")
    assert len(problem["detail"]) < 500


def test_body_is_bounded_and_may_be_in_base64(call, invoke):
    assert call("POST", "/transactions", {"amount": "1", "x": "y" * 16_384})[0] == 413
    encoded = base64.b64encode(b'{"amount": "7"}').decode()
    answer = invoke("transactions", event("POST", "/transactions", encoded) | {"isBase64Encoded": True})
    assert json.loads(answer["body"])["amount"] == "7.00"


def test_transfer_by_http_and_too_little_money_is_409(call):
    a, b = name(), name()
    for account, amount in ((a, "50"), (b, "1")):
        deposit = {"type": "deposit", "amount": amount, "currency": "EUR", "account_id": account}
        assert call("POST", "/transactions", deposit)[0] == 201
    transfer = {"type": "transfer", "amount": "30", "currency": "EUR", "account_id": a, "counterparty_id": b}
    assert call("POST", "/transactions", transfer)[0] == 201
    status, problem, _ = call("POST", "/transactions", transfer)
    assert (status, problem["field"]) == (409, "amount")
