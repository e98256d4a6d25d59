"""The SQL that docs/operations.md gives to operators, run as it stands there."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import re
import uuid
from pathlib import Path

import pytest
from transactions import events
from transactions.drain import Drain
from transactions.publisher import Publisher

outboxes = importlib.import_module("tests.lambda.outboxes")
Bus, OWN, OTHER = outboxes.Bus, outboxes.OWN, outboxes.OTHER
database, rows, store = outboxes.database, outboxes.rows, outboxes.store
RUNBOOK = Path(__file__).parents[2] / "docs" / "operations.md"


def statements(heading: str, **given: str) -> list[str]:
    """The statements of a section's SQL, with its placeholders filled in."""
    section = RUNBOOK.read_text().partition(f"### {heading}\n")[2].partition("\n### ")[0]
    (block,) = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    for name, value in given.items():
        assert f"<{name}>" in block
        block = block.replace(f"<{name}>", value)
    assert not re.search("<[a-z_]+>", block), block
    return [statement.strip() for statement in block.split(";") if statement.strip()]


@pytest.fixture
def run(stage):
    """Run a section's SQL as admin; returns how many rows each statement changed."""

    def run(heading: str, **given: str) -> list[int]:
        with stage.sql() as connection:
            return [connection.execute(statement.encode()).rowcount for statement in statements(heading, **given)]

    return run


def test_a_parked_event_is_brought_back_and_published(store, database, rows, run, deadline, log):
    bus = Bus()
    drain = Drain(database, Publisher("bus", bus).publish)
    poison, other = store("MalformedDetail", count=2)
    drain.run(OWN, deadline, log)
    before = rows("outbox_dead")[poison]
    run("Events wait in the outbox", event_id=str(poison))
    assert (set(rows("outbox")), set(rows("outbox_dead"))) == ({poison}, {other})
    bus.codes = []  # the cause is mended
    assert drain.run(OWN, deadline, log).published == 1
    assert bus.details == [before["detail"]]


def test_what_the_other_region_did_not_see_is_published_once_more(invoke, stage, database, rows, run, deadline, log):
    account, began = f"a-{uuid.uuid4()}", dt.datetime.now(dt.UTC)
    deposit = {"operation": "write", "type": "deposit", "currency": "EUR", "account_id": account, "amount": "12345.67"}
    for request in (deposit, {"operation": "write", "amount": 5}, {"operation": "write", "amount": 6}):
        assert invoke("transactions", request, region=OTHER)["statusCode"] == 200
    known = [json.loads(row["detail"]) for row in rows("outbox").values()]
    seen = next(detail for detail in known if detail["amount"] == 6)
    event = {"source": events.SOURCE, "detail-type": events.TRANSACTION_CREATED, "detail": seen}
    invoke("consumer", event, region=OWN)
    with stage.sql() as connection:
        connection.execute("delete from transactions.outbox")
    span = {"from": began.isoformat(), "to": dt.datetime.now(dt.UTC).isoformat()}
    assert run("Carry over what was missed", region=OTHER, **span) == [2]
    assert run("Carry over what was missed", region=OTHER, **span) == [0]
    made = {json.loads(row["detail"])["event_id"]: row for row in rows("outbox").values()}
    assert set(made) == {detail["event_id"] for detail in known} - {seen["event_id"]}
    of_accounts = ("account_versions", "account_classes", "correlation_id", "trace_header")
    for detail in known:
        if detail != seen:
            row = made[detail["event_id"]]
            wanted = {name: value for name, value in detail.items() if name not in of_accounts}
            assert events.parse_detail(json.loads(row["detail"])) == events.parse_detail(wanted)
            assert (str(row["event_id"]), row["owner_region"]) == (detail["event_id"], OTHER)
    bus = Bus()
    assert Drain(database, Publisher("bus", bus).publish).run(OTHER, deadline, log).published == 2


def test_what_grows_is_deleted_once_no_copy_can_come_any_more(stage, run):
    old, young = uuid.uuid4(), uuid.uuid4()
    now = dt.datetime.now(dt.UTC)
    with stage.sql() as connection:
        for event_id, age in ((old, dt.timedelta(days=30, minutes=1)), (young, dt.timedelta(days=29))):
            connection.execute(
                "insert into transactions.inbox values ('receipt', %s, 't', 1, 'us-east-1', 'us-east-2', %s, %s)",
                [event_id, now - age, now - age],
            )
            connection.execute(
                "insert into transactions.notifications values (%s, 'us-east-1', %s)", [event_id, now - age]
            )
        assert run("Delete what grows", days="30") == [1, 1]
        assert run("Delete what grows", days="30") == [0, 0]
        for table in ("inbox", "notifications"):
            kept = connection.execute(f"select event_id from transactions.{table}").fetchall()
            assert (young,) in kept
            assert (old,) not in kept
