"""Transfers between very few accounts, from both Regions at once: each conflicts with most others.

Run with the Lambda package on the path: `storm.py <environments as JSON> <clients> <accounts> <seconds>`.
"""

import json
import os
import random
import sys
import threading
import time
import uuid
from collections import Counter
from decimal import Decimal

from transactions.commands import WriteTransaction
from transactions.database import Database
from transactions.errors import UnavailableError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.service import Service
from transactions.settings import Settings, load

answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 - the functions' log
environments, clients, count = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
seconds = float(sys.argv[4])
accounts = [f"storm-{uuid.uuid4()}" for _ in range(count)]
outcomes: Counter[str] = Counter()
milliseconds: list[float] = []
lock = threading.Lock()


class Counting(Log):
    """Counts the attempts that met a conflict."""

    def warning(self, message: str, **fields: object) -> None:
        """Count instead of writing."""
        with lock:
            outcomes[f"attempts: {fields.get('failure', message)}"] += 1


def service(number: int) -> Service:
    """An execution environment, every other one in the other Region."""
    variables = environments[number % len(environments)]
    database = Database(load(Settings, variables), variables, application="storm")
    return Service(database, region=variables["AWS_REGION"], wake_relay=lambda _: None)


def client(number: int, until: float) -> None:
    """Transfer a cent again and again, and note each outcome."""
    mine, log = service(number), Counting()
    while time.monotonic() < until:
        giver, taker = random.sample(accounts, 2)
        command = WriteTransaction(str(uuid.uuid4()), Decimal("0.01"), "transfer", "EUR", giver, taker)
        started = time.perf_counter()
        try:
            mine.write(command, Deadline(time.monotonic() + 10), log)
            outcome = "succeeded"
        except UnavailableError as error:
            outcome = type(error).__name__
        with lock:
            outcomes[outcome] += 1
            milliseconds.append((time.perf_counter() - started) * 1000)


for account in accounts:
    deposit = WriteTransaction(str(uuid.uuid4()), Decimal("10000.00"), "deposit", "EUR", account)
    service(0).write(deposit, Deadline(time.monotonic() + 10), Log())
end = time.monotonic() + seconds
threads = [threading.Thread(target=client, args=[number, end]) for number in range(clients)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"outcomes": outcomes, "milliseconds": milliseconds}), file=answers)
