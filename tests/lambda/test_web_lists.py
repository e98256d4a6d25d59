"""The HTTP API's paths, lists and health."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import time
import types
from typing import Any

import pytest
from transactions import schema, web
from transactions.http import Request
from transactions.logs import Log
from transactions.store import Filter, Position

calls = importlib.import_module("tests.lambda.calls")
call, event, name = calls.call, calls.event, calls.name
LAST = Position(dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC), "a")

# --- paths


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/transaction", 404),
        ("DELETE", "/transactions", 405),
        ("POST", "/transactions/a", 405),
        ("POST", "/health", 405),
        ("GET", "/transactions/nobody", 404),
        ("GET", "/transactions/a b", 400),
        ("GET", "/transactions/a/b", 400),
    ],
)
def test_wrong_path_or_method(call, method, path, status):
    answered, _, headers = call(method, path)
    assert answered == status
    assert ("allow" in headers) is (status == 405)


def test_stage_in_the_path_is_no_part_of_it(invoke):
    request = event("GET", "/live/health")
    request["requestContext"]["stage"] = "live"
    assert invoke("transactions", request)["statusCode"] == 200


# --- lists


def stored_many(call, account: str, count: int) -> list[str]:
    return [
        call(
            "POST",
            "/transactions",
            {"amount": "1", "account_id": account, "transaction_id": name(), "metadata": {"n": str(number)}},
            region=("us-east-1", "us-east-2")[number % 2] if number < 2 else "us-east-2",
        )[1]["transaction_id"]
        for number in range(count)
    ]


def pages(call, **query) -> list[list[dict[str, Any]]]:
    found, cursor = [], {}
    while True:
        status, page, _ = call("GET", "/transactions", **query, **cursor)
        assert status == 200
        found.append(page["items"])
        if "next_cursor" not in page:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize(("limit", "sizes"), [("3", [3, 3, 1]), ("7", [7]), ("100", [7]), ("1", [1] * 7)])
def test_pages_hold_each_transaction_once_the_newest_first(call, limit, sizes):
    account = name()
    ids = stored_many(call, account, 7)
    found = pages(call, account_id=account, limit=limit)
    assert [len(page) for page in found] == sizes
    assert [item["transaction_id"] for page in found for item in page] == ids[::-1]


def test_pages_without_an_account_go_by_time_over_everything(call):
    ids = stored_many(call, name(), 8)
    since = call("GET", f"/transactions/{ids[0]}")[1]["created_at"]
    found = [item["transaction_id"] for page in pages(call, since=since, limit="3") for item in page]
    assert found == ids[::-1]


def test_page_goes_on_where_it_ended_also_if_newer_ones_came(call):
    account = name()
    ids = stored_many(call, account, 4)
    _, first, _ = call("GET", "/transactions", account_id=account, limit="2")
    stored_many(call, account, 3)
    _, second, _ = call("GET", "/transactions", account_id=account, limit="2", cursor=first["next_cursor"])
    assert [item["transaction_id"] for item in first["items"] + second["items"]] == ids[::-1]


def test_filters_by_type_time_and_either_side_of_a_transfer(call):
    a, b = name(), name()
    for account in (a, b):
        deposit = {"type": "deposit", "amount": "9", "currency": "EUR", "account_id": account}
        call("POST", "/transactions", deposit)
    transfer = {"type": "transfer", "amount": "3", "currency": "EUR", "account_id": a, "counterparty_id": b}
    moved = call("POST", "/transactions", transfer)[1]

    def types_of(**query: str) -> list[str]:
        return [item["type"] for page in pages(call, **query) for item in page]

    assert types_of(account_id=a) == types_of(account_id=b) == ["transfer", "deposit"]
    assert types_of(account_id=b, type="transfer") == ["transfer"]
    assert types_of(account_id=b, before=moved["created_at"]) == ["deposit"]
    assert types_of(account_id=b, since=moved["created_at"]) == ["transfer"]
    assert types_of(type="transfer", since=moved["created_at"]) == ["transfer"]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "²"},
        {"since": "yesterday"},
        {"since": "2026-10-01T12:00:00"},
        {"before": "0001-01-01T00:00:00+14:00"},
        {"cursor": "x"},
        {"cursor": "bnVsbA"},
        {"cursor": web.cursor(LAST) + "!!!!"},
        {"type": "gift"},
        {"account_id": ""},
        {"page": "2"},
    ],
)
def test_bad_query_is_400_and_names_the_parameter(call, query):
    status, problem, _ = call("GET", "/transactions", **query)
    assert (status, problem["field"]) == (400, next(iter(query)))


@pytest.mark.parametrize("identifier", ["a", "ab", "abc", "abcd"])
def test_a_cursor_of_any_length_is_read_back(identifier):
    position = Position(LAST.created_at, identifier)
    assert web.list_command({"cursor": web.cursor(position)}) == (Filter(), position, web.DEFAULT_LIMIT)


@pytest.mark.parametrize("limit", [1, web.MOST_LIMIT])
def test_the_least_and_the_greatest_limit_are_taken(limit):
    assert web.list_command({"limit": str(limit)})[2] == limit


# --- health


def test_health_asks_nobody(call):
    assert call("GET", "/health", environment={"PGPORT": "9"})[:2] == (200, {"status": "ok", "region": "us-east-1"})


def test_deep_health_tells_of_database_and_backlog(call, stage):
    status, body, _ = call("GET", "/health/deep", region="us-east-2")
    assert (status, body["status"], body["region"]) == (200, "ok", "us-east-2")
    assert body["database"]["circuit"] == "closed"
    call("POST", "/transactions", {"amount": "1"})
    with stage.sql() as connection:
        connection.execute("update transactions.outbox set created_at = now() - interval '11 minutes'")
    status, body, _ = call("GET", "/health/deep")
    assert (status, body["status"]) == (200, "degraded")
    assert body["outbox"]["oldest_seconds"] > 600


@pytest.mark.parametrize(
    ("age", "status", "told"),
    [(12.34, "ok", 12.3), (299.96, "ok", 300.0), (300.0, "degraded", 300.0)],
)
def test_deep_health_is_degraded_once_an_event_has_waited_for_five_minutes(
    deadline, log, monkeypatch, age, status, told
):
    monkeypatch.setattr("transactions.web.time", types.SimpleNamespace(perf_counter=lambda: 70.0))
    later = types.SimpleNamespace(perf_counter=lambda: 70.5, monotonic=time.monotonic)
    monkeypatch.setattr("transactions.invocation.time", later)
    app = web.Web(
        types.SimpleNamespace(key_circuit=lambda: None),
        types.SimpleNamespace(run_statements=lambda *_: 7),
        types.SimpleNamespace(age=lambda *_: age),
        "us-east-1",
    )
    answer = app.answer(Request.of(event("GET", "/health/deep")), "id", deadline, log)
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        200,
        {
            "region": "us-east-1",
            "status": status,
            "database": {"circuit": "closed", "milliseconds": 500.0},
            "outbox": {"oldest_seconds": told},
            "schema": {"applied": 7, "packaged": len(schema.load())},
        },
    )


HIDE = "update transactions.schema_migrations set version = -version where abs(version) = %s"


def test_deep_health_tells_how_far_the_schema_is(call, stage):
    packaged = len(schema.load())
    assert call("GET", "/health/deep")[1]["schema"] == {"applied": packaged, "packaged": packaged}
    with stage.sql() as connection:
        connection.execute(HIDE, [packaged])
        found = call("GET", "/health/deep")[1]["schema"]
        connection.execute(HIDE, [packaged])
    assert found == {"applied": packaged - 1, "packaged": packaged}


def test_deep_health_serves_where_the_schema_may_not_be_looked_at_yet(call, stage):
    with stage.sql() as connection:
        connection.execute("revoke select on transactions.schema_migrations from app")
        status, body, _ = call("GET", "/health/deep")
        connection.execute("grant select on transactions.schema_migrations to app")
    assert (status, body["status"], body["schema"]["applied"]) == (200, "ok", 0)


@pytest.mark.parametrize(
    ("take", "give", "state"),
    [
        ("alter table {} rename column amount to sum", "alter table {} rename column sum to amount", "42703"),
        ("alter table {} rename to transfers", "alter table transactions.transfers rename to transactions", "42P01"),
        ("revoke insert on {} from app", "grant insert on {} to app", "42501"),
    ],
)
def test_new_code_on_an_old_schema_asks_to_try_again(call, stage, lines, take, give, state):
    order = {"amount": "7.00"}
    with stage.sql() as connection:
        connection.execute(take.format("transactions.transactions"))
        try:
            status, problem, _ = call("POST", "/transactions", order)
        finally:
            connection.execute(give.format("transactions.transactions"))
    assert (status, problem["title"]) == (503, "Try again later")
    assert "until the schema migration ends" in problem["detail"]
    assert [line["sqlstate"] for line in lines() if line["message"] == "transaction failed"] == [state]
    assert call("POST", "/transactions", order)[0] == 201


def test_deep_health_is_503_when_the_database_cannot_be_reached(call):
    status, body, headers = call("GET", "/health/deep", environment={"PGPORT": "9"})
    assert (status, body["status"], body["database"]["circuit"]) == (503, "unavailable", "closed")
    assert "retry-after" in headers


def test_open_circuit_is_503_with_retry_after(call, lines):
    import api

    call("GET", "/health")
    for _ in range(5):
        api._database().circuit.failed(Log("ERROR"))
    status, problem, headers = call("POST", "/transactions", {"amount": "1"})
    assert (status, 5 <= int(headers["retry-after"]) <= 15) == (503, True)
    assert [line["status"] for line in lines() if line["message"] == "unavailable"] == [503]
    assert "the database is not well" in problem["detail"]
    assert call("GET", "/health/deep")[1]["database"] == {"circuit": "open"}


def test_unexpected_error_is_500_without_internals(call, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr("transactions.recording.together", fail)
    status, problem, _ = call("POST", "/transactions", {"amount": "1"})
    assert (status, problem["title"]) == (500, "Something failed here")
    assert "secret" not in json.dumps(problem)
