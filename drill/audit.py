"""After the load: what the database and the consumers have, against what clients were promised."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal

from demo.database import Database
from drill.load import PREFIX
from drill.record import Write

STORED = (
    "select transaction_id, event_id::text, type, amount, account_id, counterparty_id "
    "from transactions.transactions where transaction_id like %s"
)
RECEIVED = (
    "select event_id::text, count(*) from transactions.inbox where consumer = 'receipt' and transaction_id like %s "
    "group by event_id"
)
BALANCES = "select account_id, balance from transactions.accounts where account_id like %s"
WAITING = "select count(*) from transactions.outbox"
PARKED = "select count(*) from transactions.outbox_dead"
POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Counts:
    """What must be 0, and of how many.

    Args:
        accepted: writes that a client was told are stored.
        unknown: writes whose clients gave up; each may be stored or not.
        stored: transactions in the database.
        events: that a consumer received.
        lost: accepted writes that are not stored.
        twice: writes with more than one event: applied twice.
        events_lost: stored transactions whose event no consumer received.
        events_doubled: events that a consumer took more than once.
        balances_wrong: accounts whose balance is not the sum of what was stored.
        drained_seconds: from the end of the load until every event had been received.
        handed_again: events that a function had failed on for good, and was given again from the queue of failures.
    """

    accepted: int
    unknown: int
    stored: int
    events: int
    lost: int
    twice: int
    events_lost: int
    events_doubled: int
    balances_wrong: int
    drained_seconds: float
    handed_again: int = 0

    @property
    def zeros(self) -> dict[str, int]:
        """What must be 0, by what it is."""
        return {
            "accepted writes lost": self.lost,
            "applied twice": self.twice,
            "events lost": self.events_lost,
            "events doubled at consumers after dedupe": self.events_doubled,
            "balances wrong": self.balances_wrong,
        }

    def document(self) -> dict[str, object]:
        """The counts for JSON."""
        return asdict(self)


def audit(database: Database, writes: Iterable[Write], wake: Callable[[], int], *, seconds: float) -> Counts:
    """Wait until the events have arrived, then count.

    Args:
        database: as a Region that is well shows it.
        writes: of the clients, the opening deposits included.
        wake: called now and then while events wait; does what the schedule and people would do, and returns how many
            events it handed to their function again.
        seconds: how long to wait for the events.
    """
    began = time.monotonic()
    mine = [f"{PREFIX}%"]
    again = 0
    while True:
        stored = database.rows(STORED, mine)
        received = {row["event_id"]: row["count"] for row in database.rows(RECEIVED, mine)}
        missing = [row for row in stored if row["event_id"] not in received]
        if not missing or time.monotonic() - began > seconds:
            break
        again += wake()
        time.sleep(POLL_SECONDS)
    drained = time.monotonic() - began
    known = {row["transaction_id"]: row for row in stored}
    told = list(writes)
    balances = {row["account_id"]: row["balance"] for row in database.rows(BALANCES, mine)}
    wanted = sums(stored)
    return Counts(
        accepted=sum(write.accepted for write in told),
        unknown=sum(not write.accepted for write in told),
        stored=len(stored),
        events=len(received),
        lost=sum(write.accepted and write.transaction_id not in known for write in told),
        twice=sum(not _one_event(write, known) for write in told),
        events_lost=len(missing),
        events_doubled=sum(count > 1 for count in received.values()),
        balances_wrong=sum(balances.get(name) != wanted.get(name) for name in {*balances, *wanted}),
        drained_seconds=drained,
        handed_again=again,
    )


def sums(stored: Iterable[dict[str, object]]) -> dict[str, Decimal]:
    """What each account must have after these transactions."""
    total: Counter[str] = Counter()
    for row in stored:
        amount, kind = Decimal(str(row["amount"])), row["type"]
        if kind in ("deposit", "transfer", "withdrawal"):
            total[str(row["account_id"])] += amount if kind == "deposit" else -amount  # type: ignore[assignment]
        if kind == "transfer":
            total[str(row["counterparty_id"])] += amount  # type: ignore[assignment]
    return {name: Decimal(amount) for name, amount in total.items()}


def _one_event(write: Write, known: dict[str, dict[str, object]]) -> bool:
    """Whether every answer named the one event that is stored."""
    row = known.get(write.transaction_id)
    return row is None or set(write.event_ids) <= {row["event_id"]}
