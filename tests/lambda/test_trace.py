"""One request's ids in the logs of both Regions, the measures of its way, and what no log may show."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import uuid
from decimal import Decimal

import pytest
from psycopg import errors
from transactions.events import TransactionCreated
from transactions.logs import Log
from transactions.outbox import Waiting
from transactions.publisher import Publisher
from transactions.trace import Trace

calls = importlib.import_module("tests.lambda.calls")  # not to be had by `import`: lambda is a keyword
ROOT = "1-5759e988-bd862e3fe1be46a994272793"
HEADER = f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1"  # AWS's sample
IDS = {"correlation_id": "checkout-7", "trace_id": ROOT}


@pytest.fixture
def written(invoke, lines):
    """`written(headers)`: a POST in the first Region; the lines that it logged, and its event's detail."""

    def run(stage, headers, **more):
        body = {"transaction_id": calls.name(), "amount": "1.00", "metadata": {"note": "private words"}}
        answer = invoke("transactions", calls.event("POST", "/transactions", body, headers=headers), **more)
        assert answer["statusCode"] == 201
        with stage.sql() as connection:
            found = connection.execute(
                "select detail from transactions.outbox where transaction_id = %s", [body["transaction_id"]]
            ).fetchone()
        return lines(), json.loads(found[0])

    return run


def ids(line):
    return {name: line.get(name) for name in IDS}


def measured(found, name):
    return [line[name] for line in found if name in line and "_aws" in line]


def test_a_requests_ids_reach_the_other_regions_consumer(written, invoke, stage, lines):
    found, detail = written(stage, {"X-Correlation-Id": "checkout-7"}, _X_AMZN_TRACE_ID=HEADER)
    assert found
    assert all(ids(line) == IDS for line in found)
    assert (detail["correlation_id"], detail["trace_header"]) == ("checkout-7", HEADER)
    event = {"source": "dsql.application", "detail-type": "Transaction Created", "detail": detail}
    invoke("consumer", event, region="us-east-2", _X_AMZN_TRACE_ID="Root=1-00000000-000000000000000000000000")
    received = lines()
    (line,) = [line for line in received if line.get("hop") == "received"]
    assert (ids(line), line["region"]) == (IDS, "us-east-2")
    (lag,) = measured(received, "ReplicationLag")
    assert 0 <= lag < 60
    invoke("consumer", event, region="us-east-2")
    assert measured(lines(), "ReplicationLag") == [], "a second delivery says nothing of the lag"


@pytest.mark.parametrize("given", [{}, {"x-correlation-id": "two words\n"}, {"x-correlation-id": "x" * 65}])
def test_without_a_fit_correlation_id_it_is_the_requests_own(written, stage, given):
    found, detail = written(stage, given)
    assert {line["correlation_id"] for line in found} == {found[0]["request_id"]} == {detail["correlation_id"]}


def test_a_write_is_measured_and_its_texts_are_not_logged(written, stage):
    found, _ = written(stage, {})
    (latency,) = measured(found, "WriteLatency")
    assert 0 < latency < 20_000
    assert "private words" not in json.dumps(found)


@pytest.mark.parametrize(("header", "sent"), [(HEADER, HEADER), (None, None)])
def test_the_bus_gets_the_trace_header(log, header, sent):
    entries = []

    class Bus:
        def put_events(self, *, Entries):  # noqa: N803
            entries.extend(Entries)
            return {"Entries": [{"EventId": "1"}]}

    now = dt.datetime.now(dt.UTC)
    created = TransactionCreated(uuid.uuid4(), "t", Decimal("1.00"), "us-east-1", now, "payment", trace_header=header)
    Publisher("bus", Bus()).publish([Waiting(created.event_id, "t", "Transaction Created", created.detail(), now)], log)
    assert entries[0].get("TraceHeader") == sent


def test_a_row_that_an_error_shows_stays_out_of_the_log(stage, lines, log):
    statement = (
        "insert into transactions.transactions (transaction_id, amount, region, event_id, created_at, metadata) "
        "values (%s, -1, 'us-east-1', %s, now(), 'private words')"
    )
    with stage.sql() as connection, pytest.raises(errors.CheckViolation, match="private words") as raised:
        connection.execute(statement, [calls.name(), uuid.uuid4()])
    try:
        raise raised.value
    except errors.CheckViolation as error:
        log.exception("unexpected error", error=str(error))
    (line,) = lines()
    assert "CheckViolation" in line["traceback"]
    assert "private words" not in json.dumps(line)


@pytest.mark.parametrize(("length", "passed_on"), [(500, True), (501, False)])
def test_a_header_that_the_bus_does_not_take_is_not_passed_on(length, passed_on):
    """A caller adds to it what he likes; PutEvents takes 500 characters, or nothing of the request."""
    header = f"Root={ROOT};Of={'x' * (length - len(ROOT) - 9)}"
    assert len(header) == length
    assert (Trace.of("request", {}, {"_X_AMZN_TRACE_ID": header}).header == header) is passed_on


def test_a_trace_without_x_ray_has_no_trace_id():
    assert Trace.of("request", {}, {}).fields() == {"correlation_id": "request"}
    assert Trace.of("request", {}, {"_X_AMZN_TRACE_ID": "not; a\nheader"}).header is None
    assert Log().trace is None
