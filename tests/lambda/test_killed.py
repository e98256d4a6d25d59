"""Processes that are killed in the middle of a transfer, as Lambda ends a function at its timeout."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from decimal import Decimal
from pathlib import Path

from transactions.accounts import movements
from transactions.store import _transaction

KILLS = 6
OPENING = {"type": "deposit", "amount": "100", "currency": "EUR"}
# Transfers one cent back and forth, and prints each id when it has the answer.
CLIENT = """
import json, sys, types, uuid
import api
prefix, accounts = sys.argv[1], sys.argv[2:]
context = types.SimpleNamespace(
    function_name="transactions", aws_request_id="1", get_remaining_time_in_millis=lambda: 30_000
)
from transactions import nudge
nudge.wake = lambda *_: None
sys.stdout, answers = open("/dev/null", "w"), sys.stdout
while True:
    accounts.reverse()
    identifier = f"{prefix}-{uuid.uuid4()}"
    api.handler({"operation": "write", "transaction_id": identifier, "amount": "0.01", "type": "transfer",
                 "currency": "EUR", "account_id": accounts[0], "counterparty_id": accounts[1]}, context)
    print(identifier, file=answers, flush=True)
"""


def test_killed_processes_lose_and_double_nothing(stage, invoke, ledger):
    prefix = f"k-{uuid.uuid4().hex[:8]}"
    accounts = [f"{prefix}-a", f"{prefix}-b"]
    for account in accounts:
        answer = invoke("transactions", {"operation": "write", "account_id": account, **OPENING})
        assert answer["statusCode"] == 200
    acknowledged = set()
    kills = round(KILLS * ledger.longer)
    for number in range(kills):
        acknowledged |= killed(stage, ("us-east-1", "us-east-2")[number % 2], prefix, accounts)
    with stage.sql() as connection:
        columns = "transaction_id, amount, region, event_id, created_at, type, currency, account_id, counterparty_id"
        stored = [
            _transaction((*row, None))
            for row in connection.execute(
                f"select {columns} from transactions.transactions where account_id = any(%s)", [accounts]
            )
        ]
        events = [
            json.loads(row[0])["event_id"]
            for row in connection.execute(
                "select detail from transactions.outbox where detail::json ->> 'account_id' = any(%s)", [accounts]
            )
        ]
        balances = dict(
            connection.execute(
                "select account_id, balance from transactions.accounts where account_id = any(%s)", [accounts]
            ).fetchall()
        )
    expected: Counter[str] = Counter()
    for transaction in stored:
        for account, amount in movements(transaction).items():
            expected[account] += amount
    ids = {transaction.transaction_id for transaction in stored}
    about = f"{len(stored)} transfers of {len(acknowledged)} acknowledged and {kills} unfinished ones"
    moved = sum(abs(balances[account] - expected[account]) * 100 for account in accounts)
    doubled = len(events) - len(set(events)) + int(moved)
    ledger.note("processes killed (SIGKILL) during a transfer", kills, about, len(acknowledged - ids), doubled)
    assert balances == dict(expected)
    assert sum(balances.values()) == Decimal(200)
    assert len(acknowledged) > KILLS
    assert acknowledged <= {transaction.transaction_id for transaction in stored}
    assert sorted(events) == sorted(str(transaction.event_id) for transaction in stored)


def killed(stage, region: str, prefix: str, accounts: list[str]) -> set[str]:
    """Run a client for a moment, then kill it; returns the ids that it had answers for."""
    environment = {**os.environ, **stage.variables("transactions", region)}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "lambda")
    client = subprocess.Popen(
        [sys.executable, "-c", CLIENT, prefix, *accounts], env=environment, stdout=subprocess.PIPE, text=True
    )
    first = client.stdout.readline()
    time.sleep(random.uniform(0.1, 0.3))
    client.send_signal(signal.SIGKILL)
    ids = {first.strip(), *(line.strip() for line in client.stdout.read().splitlines())}
    client.wait()
    return ids
