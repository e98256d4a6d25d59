"""The same request at the same moment in both Regions, and again after an answer that was lost: one row, one event."""

from __future__ import annotations

import importlib
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from transactions.errors import IdentifierTakenError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.service import Service
from transactions.web import write_command

calls = importlib.import_module("tests.lambda.calls")
http = importlib.import_module("transactions.http")
REGIONS = ("us-east-1", "us-east-2")
TRANSFER = {"type": "transfer", "amount": "30", "currency": "EUR"}


def command(body, key):
    """What a POST with an Idempotency-Key asks for."""
    request = calls.event("POST", "/transactions", body, headers={"Idempotency-Key": key})
    return write_command(http.Request.of(request))


@pytest.fixture
def services(stage):
    databases = [stage.database("transactions", region) for region in REGIONS * 3]
    yield [
        Service(database, region=region, wake_relay=lambda _: None)
        for database, region in zip(databases, REGIONS * 3, strict=True)
    ]
    for database in databases:
        database.close()


def events_of(stage, identifier: str) -> int:
    with stage.sql() as connection:
        return connection.execute(
            "select count(*) from transactions.outbox where transaction_id = %s", [identifier]
        ).fetchone()[0]


def deadline() -> Deadline:
    return Deadline(time.monotonic() + 20)


@pytest.mark.parametrize("kind", ["payment", "transfer"])
def test_same_key_at_the_same_moment_in_both_regions(stage, services, kind):
    accounts = [f"i-{uuid.uuid4()}" for _ in range(2)]
    for account in accounts:
        opening = {"type": "deposit", "amount": "100", "currency": "EUR", "account_id": account}
        services[0].write(command(opening, str(uuid.uuid4())), deadline(), Log("ERROR"))
    body = TRANSFER | {"account_id": accounts[0], "counterparty_id": accounts[1]}
    wanted = command({"amount": "30"} if kind == "payment" else body, str(uuid.uuid4()))
    with ThreadPoolExecutor(len(services)) as pool:
        written = list(pool.map(lambda service: service.write(wanted, deadline(), Log("ERROR")), services))
    assert len({answer.transaction.event_id for answer in written}) == 1
    assert [answer.repeated for answer in written].count(False) == 1
    assert events_of(stage, wanted.transaction_id) == 1
    with stage.sql() as connection:
        balances = dict(
            connection.execute(
                "select account_id, balance from transactions.accounts where account_id = any(%s)", [accounts]
            ).fetchall()
        )
    assert [balances[account] for account in accounts] == ([100, 100] if kind == "payment" else [70, 130])


def test_answer_that_was_lost_is_given_again_in_the_other_region(stage, wire, services):
    first, other = services[:2]
    first.write(command({"amount": "1"}, str(uuid.uuid4())), deadline(), Log("ERROR"))  # connects
    wanted = command({"amount": "2"}, str(uuid.uuid4()))
    wire.arm("after")  # the COMMIT is carried out, its answer is lost
    stored = first.write(wanted, deadline(), Log("ERROR"))
    again = other.write(wanted, deadline(), Log("ERROR"))
    assert (wire.struck, stored.repeated, again.repeated) == (1, False, True)
    assert again.transaction == stored.transaction
    assert events_of(stage, wanted.transaction_id) == 1


def test_same_key_with_other_content_is_refused_in_either_region(services):
    key = str(uuid.uuid4())
    services[0].write(command({"amount": "2"}, key), deadline(), Log("ERROR"))
    with pytest.raises(IdentifierTakenError, match="used before with other content") as refused:
        services[1].write(command({"amount": "3"}, key), deadline(), Log("ERROR"))
    assert refused.value.status == 422
