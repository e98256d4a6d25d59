"""Offers loads of events to one relay, which is woken by each event, and notes when each was on the bus.

Run with the Lambda package on the path, the role's database behind a delay: `backlog.py <writer's environment as JSON>
<seconds of a PutEvents> <loads as JSON>`, each load its arrivals in seconds. Prints for each load how long the relay's
steps took, which shards its runs began with, and the events' arrivals and delays.
"""

import datetime as dt
import json
import os
import random
import statistics
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from transactions import outbox
from transactions.database import Connection, Database
from transactions.drain import Drain
from transactions.events import TransactionCreated
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.publisher import Publisher
from transactions.settings import RelaySettings, Settings, load

RUN_SECONDS = 50.0  # as of the relay with its timeout of 60 s and its reserve of 10
STEPS = {"read": "_waiting", "put": "put", "delete": "_move"}
answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 - the functions' log
writer, put_seconds, loads = json.loads(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3])
settings, log = load(RelaySettings, os.environ), Log()
app = Database(load(Settings, writer), writer, application="writer")
steps: dict[str, list[float]] = defaultdict(list)
starts: list[int] = []  # the shard that each run of the relay began with
published: dict[str, float] = {}
choose = random.randrange


class Timed(Database):
    """Notes how long each step of the relay takes, by the method of `Drain` that it belongs to."""

    def run(self, work, deadline, log):  # type: ignore[no-untyped-def]
        """As the database does."""
        began = time.perf_counter()
        result = super().run(work, deadline, log)
        steps[work.__qualname__.split(".")[1]].append(time.perf_counter() - began)
        return result


class Bus:
    """Answers after a while, as one that is away over the network."""

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803
        """Answer as EventBridge."""
        began = time.perf_counter()
        time.sleep(put_seconds)
        now = time.perf_counter()
        published.update({json.loads(entry["Detail"])["event_id"]: now for entry in Entries})
        steps["put"].append(now - began)
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}


def chosen(shards: int) -> int:
    """The shard that a run begins with, noted."""
    starts.append(choose(shards))
    return starts[-1]


def store() -> tuple[uuid.UUID, float]:
    """Store an event of this Region; returns its id and when it was there."""
    event = TransactionCreated(
        uuid.uuid4(), f"bench-{uuid.uuid4()}", Decimal("1.00"), settings.aws_region, dt.datetime.now(dt.UTC)
    )
    app.run(lambda connection: _add(connection, event), Deadline(time.monotonic() + 30), log)
    return event.event_id, time.perf_counter()


def _add(connection: Connection, event: TransactionCreated) -> None:
    outbox.add(connection, event)


def drain() -> None:
    """One run of the relay."""
    relay.run(settings.aws_region, Deadline(time.monotonic() + RUN_SECONDS), log)


def offer(arrivals: list[float]) -> dict[str, object]:
    """Store events at these moments, and wait until all are on the bus."""
    stored: list[tuple[uuid.UUID, float]] = []
    woken, began = threading.Event(), time.perf_counter()
    steps.clear()
    starts.clear()

    def work() -> None:
        while len(stored) < len(arrivals) or not all(str(event_id) in published for event_id, _ in stored):
            woken.wait(1)
            woken.clear()
            drain()

    with ThreadPoolExecutor(1) as pool:
        relays = pool.submit(work)
        for arrival in arrivals:
            time.sleep(max(0.0, began + arrival - time.perf_counter()))
            stored.append(store())
            woken.set()
        relays.result()
    return {
        "times": {name: statistics.fmean(steps[step]) for name, step in STEPS.items()},
        "starts": starts[:],
        "arrivals": [at - began for _, at in stored],
        "shards": [event_id.int % outbox.SHARDS for event_id, _ in stored],
        "delays": [published[str(event_id)] - at for event_id, at in stored],
        "ended": max(published[str(event_id)] for event_id, _ in stored) - began,
    }


random.randrange = chosen  # type: ignore[assignment]
relay = Drain(Timed(settings, os.environ, application="relay"), Publisher(settings.event_bus_name, Bus()).publish)
drain()  # connects through the delay, and empties what was left there by others
os.environ["PGPORT"] = writer["PGPORT"]  # which libpq reads: writers are not held up
print(json.dumps({"loads": [offer(arrivals) for arrivals in loads]}), file=answers)
