"""Empties an outbox onto a bus that answers at once, and onto the embedded cloud's.

Run with the Lambda package on the path: `relay.py <role's environment as JSON> <events> <runs>`; prints events per
second by bus.
"""

import datetime as dt
import json
import os
import sys
import time
import uuid
from decimal import Decimal
from functools import partial
from pathlib import Path

from transactions import outbox
from transactions.database import Connection, Database
from transactions.drain import Drain, Drained
from transactions.events import TransactionCreated
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.publisher import Publisher
from transactions.settings import RelaySettings, Settings, load

answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 - the functions' log
writer, events, runs = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
settings, log = load(RelaySettings, os.environ), Log()
app = Database(load(Settings, writer), writer, application="writer")
database = Database(settings, os.environ, application="relay")


class Bus:
    """Accepts everything at once: what is left is the relay's own work and the database's."""

    def put_events(self, *, Entries: list[dict[str, object]]) -> dict[str, object]:  # noqa: N803
        """Answer as EventBridge."""
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(number)} for number, _ in enumerate(Entries)]}


def most_memory() -> float:
    """MB; not by getrusage, whose maximum a process takes over from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def fill() -> None:
    """Store events of this Region."""
    for _ in range(events // 100):
        new = [
            TransactionCreated(
                uuid.uuid4(), f"bench-{uuid.uuid4()}", Decimal("1.00"), settings.aws_region, dt.datetime.now(dt.UTC)
            )
            for _ in range(100)
        ]
        app.run(partial(store, new), Deadline(time.monotonic() + 30), log)


def store(new: list[TransactionCreated], connection: Connection) -> None:
    """Store these."""
    for event in new:
        outbox.add(connection, event)


def drain(bus: object) -> Drained:
    """Empty the outbox."""
    relay = Drain(database, Publisher(settings.event_bus_name, bus).publish)  # type: ignore[arg-type]
    return relay.run(settings.aws_region, Deadline(time.monotonic() + 120), log)


def rate(bus: object) -> float:
    """Events per second."""
    fill()
    started = time.perf_counter()
    drained = drain(bus)
    assert (drained.published, drained.complete) == (events, True), drained
    return events / (time.perf_counter() - started)


drain(Bus())  # what was left there by others
found = {"at once": [rate(Bus()) for _ in range(runs)], "embedded": [rate(None) for _ in range(runs)]}
print(json.dumps({"rates": found, "memory": most_memory()}), file=answers)
