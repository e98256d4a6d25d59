"""Writes on one warm connection: a bare psycopg loop, and the function's handler, in turns.

Run with the Lambda package on the path: `writes.py <rounds> <writes per round>`; prints milliseconds by subject.
"""

import datetime as dt
import json
import os
import sys
import time
import types
import uuid
from decimal import Decimal
from pathlib import Path

import api
from transactions import nudge, outbox, recording, store
from transactions.connection import connect
from transactions.events import TransactionCreated
from transactions.model import Transaction
from transactions.settings import ApiSettings, load

answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 - the functions' log
nudge.wake = lambda *_: None  # an HTTP request to Lambda; it is measured apart
rounds, count = int(sys.argv[1]), int(sys.argv[2])
context = types.SimpleNamespace(function_name="transactions", aws_request_id="bench")
context.get_remaining_time_in_millis = lambda: 30_000
settings = load(ApiSettings, os.environ)
connection = connect(settings, os.environ, application="bare", seconds=5)


def most_memory() -> float:
    """MB; not by getrusage, whose maximum a process takes over from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def values() -> tuple[object, ...]:
    """What the function would store."""
    new = Transaction(str(uuid.uuid4()), Decimal("1.00"), settings.aws_region, uuid.uuid4(), dt.datetime.now(dt.UTC))
    return (*store.values(new), *outbox.values(TransactionCreated.of(new)))


def bare(rows: list[tuple[object, ...]]) -> list[float]:
    """The statement alone, with values that were made before."""
    return [timed(lambda row=row: connection.execute(recording.TOGETHER, row)) for row in rows]


def function(rows: list[dict[str, object]]) -> list[float]:
    """A direct invocation: parsed, stored, logged, answered."""
    return [timed(lambda row=row: written(api.handler(row, context))) for row in rows]


def request(rows: list[dict[str, object]]) -> list[float]:
    """A request of an HTTP API."""
    return [timed(lambda row=row: written(api.handler(row, context))) for row in rows]


def written(answer: dict[str, object]) -> None:
    """Refuse to time a failure."""
    assert answer["statusCode"] in (200, 201), answer


def timed(work: object) -> float:
    """Milliseconds on the clock."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000


def post() -> dict[str, object]:
    """A POST as an HTTP API hands it over."""
    return {
        "version": "2.0",
        "rawPath": "/transactions",
        "headers": {"content-type": "application/json", "idempotency-key": str(uuid.uuid4())},
        "requestContext": {"stage": "$default", "http": {"method": "POST"}},
        "body": '{"amount": "1.00"}',
    }


SUBJECTS = {
    "bare": (bare, values),
    "function": (function, lambda: {"operation": "write", "transaction_id": str(uuid.uuid4()), "amount": "1.00"}),
    "request": (request, post),
}
found: dict[str, list[float]] = {name: [] for name in SUBJECTS}
spent = dict.fromkeys(SUBJECTS, 0.0)
for number in range(rounds + 1):
    for name, (run, make) in SUBJECTS.items():
        rows = [make() for _ in range(count)]
        started = time.process_time()
        milliseconds = run(rows)  # type: ignore[operator]
        if number:  # the first round warms up
            spent[name] += time.process_time() - started
            found[name] += milliseconds
memory = most_memory()
processor = {name: seconds * 1e6 / rounds / count for name, seconds in spent.items()}
print(json.dumps({"milliseconds": found, "memory": memory, "processor": processor}), file=answers)
