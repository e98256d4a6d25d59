"""What a drill on AWS showed: phases, events, what was lost, and what was not proven."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ops.experiment import Event
from ops.load import Sample, between

NOT_RUN = (
    "Never run against AWS by its authors. On the embedded cloud the states of an experiment, its stop conditions and "
    "failing connections to the database were. AWS alone shows how an action fails, how soon it begins and ends, and "
    "that a composite alarm stops it; the fault `network` does nothing on the embedded cloud. Not injected by any "
    "template: faults of EventBridge, KMS, Lambda and Route 53, for which AWS has no action that fits, and the loss of "
    "a whole Region; `make drill` does most of these on the embedded cloud."
)


@dataclass(frozen=True)
class Phase:
    """What the clients of one Region saw in one part of the drill.

    Args:
        name: before, during or after.
        region: the clients' own Region.
        writes: how many they began.
        own: taken by the own Region.
        other: taken by the other one, because the own failed.
        refused: taken by none.
        unseen: taken by the own Region, and not read in the other at once.
        p50: seconds until a write was taken; None without one.
        p99: the same, for the slowest hundredth.
        gap: the longest time in seconds without a write that the own Region took.
    """

    name: str
    region: str
    writes: int
    own: int
    other: int
    refused: int
    unseen: int
    p50: float | None
    p99: float | None
    gap: float

    @classmethod
    def of(cls, name: str, region: str, samples: Sequence[Sample], start: float, end: float) -> Phase:
        """Sum up.

        Args:
            name: of the phase.
            region: the clients'.
            samples: of the whole load.
            start: of the phase, seconds since the epoch.
            end: of the phase.
        """
        found = [sample for sample in between(list(samples), start, end) if sample.region == region]
        times = sorted(sample.seconds for sample in found if sample.served)
        taken = [start, *(sample.at for sample in found if sample.own), end]
        return cls(
            name,
            region,
            len(found),
            sum(sample.own for sample in found),
            sum(sample.served and not sample.own for sample in found),
            sum(not sample.served for sample in found),
            sum(sample.seen is False for sample in found),
            _quantile(times, 0.5),
            _quantile(times, 0.99),
            max(later - earlier for earlier, later in itertools.pairwise(taken)),
        )


@dataclass(frozen=True)
class Report:
    """The whole drill.

    Args:
        name: of the application.
        region: where the fault was injected.
        fault: which.
        experiment: id.
        status: how it ended.
        reason: what AWS says about that.
        phases: of both Regions.
        events: in order.
        lost: writes that were taken and are gone.
        unknown: writes that were taken, and a Region did not answer about in the end.
    """

    name: str
    region: str
    fault: str
    experiment: str
    status: str
    reason: str
    phases: list[Phase]
    events: list[Event]
    lost: list[str]
    unknown: list[str]

    @property
    def passed(self) -> bool:
        """Whether the application kept what it promises: all that was taken is there, nothing was refused by both."""
        return (
            not self.lost
            and not self.unknown
            and not any(phase.refused for phase in self.phases)
            and self.status != "failed"
        )

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "passed": self.passed, "not_run": NOT_RUN}

    def lines(self) -> list[str]:
        """For people."""
        rows = [
            f"  {phase.name:<7} {phase.region:<15} {phase.writes:>6} {phase.own:>6} {phase.other:>6} "
            f"{phase.refused:>8} {phase.unseen:>7} {_time(phase.p50):>8} {_time(phase.p99):>8} {phase.gap:>7.1f}"
            for phase in self.phases
        ]
        return [
            f"{self.fault} in {self.region}: experiment {self.experiment} {self.status} ({self.reason})",
            "",
            "  phase   clients in      writes    own  other  refused  unseen    p50 s    p99 s   gap s",
            *rows,
            "",
            *(f"  {_clock(event.at)} {event.what}: {event.state}" for event in self.events),
            "",
            f"accepted and lost: {_some(self.lost)}",
            f"accepted, and a Region does not say: {_some(self.unknown)}",
            "passed" if self.passed else "not passed",
            "",
            NOT_RUN,
        ]


def _quantile(times: Sequence[float], share: float) -> float | None:
    return times[min(len(times) - 1, math.ceil(share * len(times)) - 1)] if times else None


def _some(ids: Sequence[str]) -> str:
    return " ".join([str(len(ids)), *ids[:5]])


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds:.3f}"


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(at))
