"""What clients note while they write: every attempt, and every write with its outcome."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

ACCEPTED = "accepted"
"""The function answered 200: the write is stored."""
REFUSED = "refused"
"""An error came: 503 of the function or of the Region, or no connection."""
SILENT = "silent"
"""No answer within the client's time."""


@dataclass(frozen=True)
class Attempt:
    """One call of a function.

    Args:
        at: when it began, in seconds since the load began.
        region: which Region was called.
        seconds: how long it took.
        outcome: ACCEPTED, REFUSED or SILENT.
    """

    at: float
    region: str
    seconds: float
    outcome: str


@dataclass(frozen=True)
class Write:
    """One transaction as its client saw it.

    Args:
        transaction_id: the same in each attempt.
        home: the client's own Region, tried first.
        at: when it began, in seconds since the load began.
        seconds: until its answer, over all attempts.
        accepted: whether an attempt was accepted; else the outcome is unknown to the client.
        event_ids: of the answers; more than one would be a second event.
    """

    transaction_id: str
    home: str
    at: float
    seconds: float
    accepted: bool
    event_ids: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One write by the name that both Regions share, asked once.

    Args:
        at: when it began, in seconds since the load began.
        seconds: how long it took.
        transaction_id: of the write.
        region: which Region stored it; empty if none said so.
    """

    at: float
    seconds: float
    transaction_id: str
    region: str

    def write(self) -> Write:
        """The same for the audit."""
        return Write(self.transaction_id, self.region, self.at, self.seconds, bool(self.region), ())


@dataclass
class Record:
    """Everything that was noted; any thread may add."""

    began: float = field(default_factory=time.monotonic)
    attempts: list[Attempt] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def now(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self.began

    def attempt(self, attempt: Attempt) -> None:
        """Note a call."""
        with self._lock:
            self.attempts.append(attempt)

    def write(self, write: Write) -> None:
        """Note a write that has ended."""
        with self._lock:
            self.writes.append(write)

    def call(self, call: Call) -> None:
        """Note a call by the name."""
        with self._lock:
            self.calls.append(call)
