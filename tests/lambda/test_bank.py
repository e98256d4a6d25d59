"""Money is neither made nor lost, whatever breaks. Longer, with a table in the end: `make faults`."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import random
import time
from collections import Counter
from functools import partial

import pytest
from transactions import connection as connection_module
from transactions import events, inbox
from transactions.accounts import movements
from transactions.invocation import Deadline
from transactions.store import _transaction

bank_module = importlib.import_module("tests.lambda.bank")
SECONDS = 3.0
# What is injected into transfers, and what into their events; as the table calls it.
TRANSFERS = {
    "attempts that ended with: conflict": "OCC conflicts (40001)",
    "connections cut: before": "connections killed before a statement or COMMIT arrived",
    "connections cut: after": "answers lost after a statement or COMMIT was carried out, with the connection",
    "connections cut: late": "connections killed whose COMMIT or statement arrived half a second later",
    "connections cut: silent": "connections that fell silent",
    "tokens that expired on the way": "tokens that expired on the way",
    "answers lost on the way to the client": "answers lost between function and client, who asks the other Region",
    "environments killed": "execution environments ended after a lost answer",
}
EVENTS = {
    "relays that began late": "relays stopped while events came in (two in each Region)",
    "events refused by the bus": "entries of a PutEvents batch that EventBridge refused",
    "answers of the bus that were lost": "answers of PutEvents that were lost: published, but not known to be",
}


@pytest.fixture(scope="module")
def bank(migrated_stage, ledger):
    """A bank after its day, with what the database holds of it."""
    wire = importlib.import_module("tests.lambda.wire").Wire(int(migrated_stage.environment["PGPORT"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGHOSTADDR", "127.0.0.1")
        patch.setenv("PGPORT", migrated_stage.environment["PGPORT"])
        with migrated_stage.sql() as connection:
            for table in ("outbox", "outbox_attempts", "outbox_dead", "relay_leases"):
                connection.execute(f"delete from transactions.{table}")
        patch.setenv("PGPORT", str(wire.port))
        bank = bank_module.Bank(migrated_stage, wire, SECONDS * ledger.longer)
        patch.setattr(connection_module, "generate", bank_module.aging_tokens(bank.injected))
        patch.setattr("transactions.drain._LONGEST_PAUSE_SECONDS", 0.2)
        patch.setattr("transactions.drain._LEASE_SECONDS", 1.0)  # beyond 2 s: nobody waits long for a dead relay
        bank.run()
        patch.undo()
        patch.setenv("PGHOSTADDR", "127.0.0.1")
        patch.setenv("PGPORT", migrated_stage.environment["PGPORT"])
        with migrated_stage.sql() as connection:
            read(bank, connection)
        yield bank
    wire.close()


def read(bank, connection) -> None:
    columns = (
        "transaction_id, amount, region, event_id, created_at, type, currency, account_id, counterparty_id, metadata"
    )
    bank.stored = [
        _transaction(row)
        for row in connection.execute(
            f"select {columns} from transactions.transactions where transaction_id like %s", [f"{bank.prefix}%"]
        )
    ]
    bank.balances = {
        account: (balance, version)
        for account, balance, version in connection.execute(
            "select account_id, balance, version from transactions.accounts where account_id = any(%s)",
            [bank.accounts],
        )
    }
    bank.parked = connection.execute("select count(*) from transactions.outbox_dead").fetchone()[0]


def test_something_was_broken(bank):
    """A run that injects nothing proves nothing."""
    assert sum(count for name, count in bank.injected.items() if name.startswith("connections cut")) >= 5
    assert bank.injected["answers lost on the way to the client"]
    assert len(bank.stored) > 1.5 * bank_module.ACCOUNTS  # more than their opening, also on a busy machine
    assert {transaction.region for transaction in bank.stored} == set(bank_module.REGIONS)


def test_total_is_constant_in_every_snapshot_and_no_balance_negative(bank):
    assert len(bank.totals) > 5
    assert {total for total, _ in bank.totals} == {bank_module.ACCOUNTS * bank_module.OPENING}
    assert min(least for _, least in bank.totals) >= 0


def test_what_was_acknowledged_is_stored_and_what_was_refused_is_not(bank):
    stored = {transaction.transaction_id: transaction for transaction in bank.stored}
    assert bank.acknowledged.keys() == stored.keys()
    assert all(stored[key].content() == command.content() for key, command in bank.acknowledged.items())
    assert not bank.refused & stored.keys()


def test_balances_are_the_sum_of_the_transactions(bank):
    """Neither lost nor doubled: each transaction's movements count once."""
    expected, changes = Counter(), Counter()
    for transaction in bank.stored:
        for account, amount in movements(transaction).items():
            expected[account] += amount
            changes[account] += 1
    assert {account: balance for account, (balance, _) in bank.balances.items()} == dict(expected)
    assert {account: version for account, (_, version) in bank.balances.items()} == dict(changes)


def test_nothing_is_lost_or_doubled_by_any_fault(bank, ledger):
    """The rows of the table; the tests around this one say it in detail."""
    changes = Counter(account for transaction in bank.stored for account in movements(transaction))
    versions = {account: version for account, (_, version) in bank.balances.items()}
    lost = len(bank.acknowledged.keys() - {transaction.transaction_id for transaction in bank.stored})
    lost += sum(max(0, changes[account] - version) for account, version in versions.items())
    doubled = sum(max(0, version - changes[account]) for account, version in versions.items())
    about = f"{len(bank.stored)} transfers, {len(bank.totals)} snapshots of all balances"
    for name, title in TRANSFERS.items():
        ledger.note(title, (bank.injected | bank.seen)[name], about, lost, doubled)
    published = {json.loads(detail)["event_id"] for detail in bank.bus.accepted}
    unpublished = {str(transaction.event_id) for transaction in bank.stored} - published
    invented = published - {str(transaction.event_id) for transaction in bank.stored}
    for name, title in EVENTS.items():
        ledger.note(title, bank.injected[name], f"{len(published)} events", len(unpublished), len(invented))
    assert (lost, doubled, len(unpublished), len(invented)) == (0, 0, 0, 0)


def test_every_transaction_has_one_event_and_all_are_on_the_bus(bank):
    published = Counter(json.loads(detail)["event_id"] for detail in bank.bus.accepted)
    assert published.keys() == {str(transaction.event_id) for transaction in bank.stored}
    assert bank.parked == 0
    print(f"\n{sum(published.values()) - len(published)} of {len(published)} events were published twice")


def test_history_has_no_lost_update(bank):
    """Two transactions that read the same balance would have made the same version of an account."""
    made: dict[str, list[int]] = {account: [] for account in bank.accounts}
    for detail in {json.loads(detail)["event_id"]: json.loads(detail) for detail in bank.bus.accepted}.values():
        for account, version in detail["account_versions"].items():
            made[account].append(version)
    for account, versions in made.items():
        assert sorted(versions) == list(range(1, bank.balances[account][1] + 1))


def test_consumer_takes_each_event_once_in_any_order(bank, stage, log, ledger):
    """Everything is delivered twice, shuffled."""
    deliveries = bank.bus.accepted * 2
    random.shuffle(deliveries)
    database = stage.database("consumer", "us-east-2")
    consumer, new, late = f"test-{bank.prefix}", 0, 0

    def work(connection, event, now):
        recorded = inbox.record(connection, consumer, event, region="us-east-2", received_at=now)
        if recorded:
            return True, inbox.advance(connection, consumer, event, received_at=now)
        return False, []

    for detail in deliveries:
        envelope = {"source": events.SOURCE, "detail-type": "Transaction Created", "detail": json.loads(detail)}
        received = events.parse(envelope)
        now = dt.datetime.now(dt.UTC)  # of this delivery
        recorded, older = database.run(partial(work, event=received, now=now), Deadline(time.monotonic() + 20), log)
        new += recorded
        late += bool(older)
    database.close()
    about, stored = f"{len(deliveries)} deliveries of {len(bank.stored)} events", len(bank.stored)
    for title, times in (
        ("deliveries of an event that came before", len(deliveries) - stored),
        ("deliveries out of order", late),
    ):
        ledger.note(title, times, about, max(0, stored - new), max(0, new - stored))
    assert new == len(bank.stored)
    with stage.sql() as connection:
        rows = connection.execute(
            "select account_id, version from transactions.account_versions where consumer = %s", [consumer]
        ).fetchall()
    assert dict(rows) == {account: version for account, (_, version) in bank.balances.items()}
