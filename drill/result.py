"""What the load and the faults add up to: availability, latency, recovery, and whether the promises were kept."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from drill.audit import Counts
from drill.name import LONGEST_TURN_SECONDS
from drill.record import ACCEPTED, Attempt, Call, Record

BUCKET_SECONDS = 0.1  # in which one refused call makes the Region count as refusing
LONGEST_REFUSAL_SECONDS = 1.0  # in the Region that is well


@dataclass(frozen=True)
class Injected:
    """A fault as it happened.

    Args:
        name: what was broken.
        region: where.
        began: seconds since the load began.
        ended: when it was mended.
        recovered: seconds from mending until calls of the Region were accepted for good; 0 if none failed after it.
        failover: seconds from the break until a client of that Region had a write accepted that began after it.
        refused_elsewhere: seconds in which the other Region refused or was silent, from this fault to the next one.
        name_silent: the longest time without an answer by the name, from a call's begin to the end of the next one that
            was answered; 0 if all were.
        name_turned: seconds from the break until the other Region answered the name; None if it did not.
    """

    name: str
    region: str
    began: float
    ended: float
    recovered: float = 0.0
    failover: float = 0.0
    refused_elsewhere: float = 0.0
    name_silent: float = 0.0
    name_turned: float | None = None


@dataclass(frozen=True)
class Second:
    """One second of the clients' view of one Region.

    Args:
        at: seconds since the load began.
        home: the clients' own Region.
        writes: that began in it.
        accepted: of them, in whichever Region.
        median: seconds of a write.
        worst: seconds of the slowest 1 %.
    """

    at: int
    home: str
    writes: int
    accepted: int
    median: float
    worst: float


@dataclass(frozen=True)
class Result:
    """The outcome of a drill.

    Args:
        seconds: how long the load lasted.
        faults: what was injected.
        timeline: the clients' view, second by second.
        counts: the audit.
        verified: the failed checks of verify afterwards.
        by_name: how many calls by the name each Region answered; those without an answer under "".
    """

    seconds: float
    faults: Sequence[Injected]
    timeline: Sequence[Second]
    counts: Counts
    verified: Sequence[str] = field(default=())
    by_name: Mapping[str, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Writes that were accepted, each second."""
        return sum(second.accepted for second in self.timeline) / self.seconds

    @property
    def refused_elsewhere(self) -> float:
        """The longest time in which the Region that was well refused because of a fault in the other one."""
        return max((fault.refused_elsewhere for fault in self.faults), default=0.0)

    @property
    def name_silent(self) -> float:
        """The longest time in which the name that both Regions share was not answered."""
        return max((fault.name_silent for fault in self.faults), default=0.0)

    @property
    def problems(self) -> list[str]:
        """Promises that were not kept; empty if all is well."""
        broken = [f"{count} {what}" for what, count in self.counts.zeros.items() if count]
        if self.refused_elsewhere > LONGEST_REFUSAL_SECONDS:
            broken.append(f"the Region that was well refused for {self.refused_elsewhere:.1f} s")
        if self.name_silent > LONGEST_TURN_SECONDS:
            broken.append(f"the name was not answered for {self.name_silent:.1f} s, {LONGEST_TURN_SECONDS:g} s at most")
        return [*broken, *(f"afterwards: {check}" for check in self.verified)]

    def document(self) -> dict[str, object]:
        """The result for JSON."""
        return {
            "passed": not self.problems,
            "problems": self.problems,
            "seconds": round(self.seconds, 1),
            "accepted_per_second": round(self.per_second, 1),
            "zeros": self.counts.zeros,
            "counts": self.counts.document(),
            "calls_by_name": dict(self.by_name),
            "faults": [asdict(fault) for fault in self.faults],
            "timeline": [asdict(second) for second in self.timeline],
        }


def measured(fault: Injected, record: Record, until: float) -> Injected:
    """A fault with what the clients noticed of it.

    Args:
        fault: as it was injected.
        record: of the clients.
        until: the next fault, or the end of the load.
    """
    window = [attempt for attempt in record.attempts if fault.began <= attempt.at < until]
    here = [attempt for attempt in window if attempt.region == fault.region and attempt.outcome != ACCEPTED]
    last = max((attempt.at + attempt.seconds for attempt in here), default=0.0)
    done = [
        write.at + write.seconds - fault.began
        for write in record.writes
        if write.home == fault.region and write.accepted and fault.began <= write.at < until
    ]
    calls = [call for call in record.calls if fault.began <= call.at < until]
    turned = [call.at + call.seconds - fault.began for call in calls if call.region not in ("", fault.region)]
    return replace(
        fault,
        recovered=max(0.0, last - fault.ended),
        failover=min(done, default=until - fault.began),
        refused_elsewhere=refusing(
            # By its end: what was under way when the next fault came, and failed then, failed by that one.
            attempt
            for attempt in record.attempts
            if attempt.region != fault.region and fault.began <= attempt.at + attempt.seconds < until
        ),
        name_silent=silence(calls),
        name_turned=min(turned, default=None),
    )


def silence(calls: Iterable[Call]) -> float:
    """The longest time without an answer, from the begin of a call to the end of the next one that was answered."""
    longest, since = 0.0, None
    for call in calls:
        since = call.at if since is None else since
        longest = max(longest, call.at + call.seconds - since) if since < call.at or not call.region else longest
        since = None if call.region else since
    return longest


def by_name(calls: Iterable[Call]) -> dict[str, int]:
    """How many calls by the name each Region answered; those without an answer under ""."""
    return dict(Counter(call.region for call in calls))


def refusing(attempts: Iterable[Attempt]) -> float:
    """Seconds in which at least one of these calls was refused or stayed without answer."""
    buckets: set[int] = set()
    for attempt in attempts:
        if attempt.outcome != ACCEPTED:
            first = int(attempt.at / BUCKET_SECONDS)
            buckets.update(range(first, int((attempt.at + attempt.seconds) / BUCKET_SECONDS) + 1))
    return round(len(buckets) * BUCKET_SECONDS, 1)


def timeline(record: Record, seconds: float) -> list[Second]:
    """The clients' view, second by second and Region by Region."""
    homes = sorted({write.home for write in record.writes})
    found: dict[tuple[int, str], list[tuple[bool, float]]] = {}
    for write in record.writes:
        found.setdefault((int(write.at), write.home), []).append((write.accepted, write.seconds))
    return [_second(at, home, found.get((at, home), [])) for home in homes for at in range(int(seconds) + 1)]


def _second(at: int, home: str, writes: Sequence[tuple[bool, float]]) -> Second:
    times = sorted(seconds for _, seconds in writes)
    if not times:
        return Second(at, home, 0, 0, 0.0, 0.0)
    worst = times[min(len(times) - 1, int(len(times) * 0.99))]
    return Second(at, home, len(times), sum(accepted for accepted, _ in writes), statistics.median(times), worst)
