"""Loads that this machine can carry, offered to real code and to the models: the relay's, and those of cold starts."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.backlog import SHARDS, emptied
from bench.delay import delayed
from bench.imports import build_for_this_machine, unzipped
from bench.measure import BenchError
from bench.simulation import Times, ramp, random_arrivals
from bench.stage import stage

# The relay's steps take about as long as scale.py assumes for AWS, so that what the machine does besides counts little.
ROUND_TRIP_SECONDS, PUT_SECONDS = 0.02, 0.02
START_SECONDS, WORK_SECONDS = 2.0, 1.0  # slept by the function that is invoked, for the same reason
# As fast as the writers of this machine can: the model is given the moments at which they stored them.
EVENTS = {
    "60 events/s for 10 s": tuple(random_arrivals(60, 10)),
    "500 events/s for 4 s": tuple(random_arrivals(500, 4)),
    "400 events at once": (0.0,) * 400,
}
# Arrivals, and the most environments that may exist.
CALLS = {
    "2 calls/s for 12 s": (tuple(random_arrivals(2, 12)), 1000),
    "4 calls/s for 12 s": (tuple(random_arrivals(4, 12)), 1000),
    "4 calls/s for 12 s, at most 5 environments": (tuple(random_arrivals(4, 12)), 5),
}
_PROGRAMS = Path("bench") / "programs"


@dataclass(frozen=True)
class Check:
    """A number that was measured, and what the model says.

    Args:
        load: what was offered.
        what: is compared.
        measured: the number; in seconds where the unit says so.
        model: the model's.
        unit: of both, "" for a count.
    """

    load: str
    what: str
    measured: float
    model: float
    unit: str = ""

    def within(self, factor: float) -> bool:
        """Whether the model is within this factor of what was measured."""
        if not self.measured or not self.model:
            return self.measured == self.model
        return 1 / factor <= self.model / self.measured <= factor

    @property
    def row(self) -> str:
        """Of a Markdown table."""
        shown = [f"{value:.2f} {self.unit}" if self.unit else f"{value:.0f}" for value in (self.measured, self.model)]
        return f"| {self.load} | {self.what} | {' | '.join(shown)} |"


def relay(repository: Path) -> list[Check]:
    """Offer events to the relay on an embedded cloud.

    Args:
        repository: folder of `bench` and `lambda`.

    Raises:
        BenchError: the program failed.
        DeliveryError: the package cannot be built.
    """
    package = unzipped(
        build_for_this_machine(repository / "build" / "package"), repository / "build" / "bench" / "ours"
    )
    with stage(package) as ready, delayed(ready.port, ROUND_TRIP_SECONDS) as port:
        found = ready.run(
            repository / _PROGRAMS / "backlog.py",
            json.dumps(ready.variables("app")),
            PUT_SECONDS,
            json.dumps(list(EVENTS.values())),
            role="relay",
            PGPORT=str(port),
        )
    return [check for name, load in zip(EVENTS, found["loads"], strict=True) for check in _emptied(name, load)]


def _emptied(name: str, load: Mapping[str, Any]) -> list[Check]:
    times = Times(write=0.0, cold=0.0, **load["times"])
    stored = sorted(zip(load["arrivals"], load["shards"], strict=True))
    by_shard = [[at for at, shard in stored if shard == number] for number in range(SHARDS)]
    model = emptied(by_shard, times, seconds=600, starts=iter(load["starts"]))
    # The mean and not the median, which jumps from one end to the other: some shards wait, others do not.
    return [
        Check(name, "delay of an event, mean", statistics.fmean(load["delays"]), statistics.fmean(model.delays), "s"),
        Check(name, "delay of an event, p99", _p99(load["delays"]), _p99(model.delays), "s"),
        Check(name, "until all were on the bus", load["ended"], model.ended, "s"),
    ]


def _p99(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100)[-1]


def starts(repository: Path) -> list[Check]:
    """Offer invocations where nothing is warm.

    Args:
        repository: folder of `bench`.

    Raises:
        BenchError: the program failed.
    """
    loads = [{"arrivals": arrivals, "environments": most} for arrivals, most in CALLS.values()]
    program = repository / _PROGRAMS / "burst.py"
    command = [sys.executable, str(program), str(START_SECONDS), str(WORK_SECONDS), json.dumps(loads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{program.name} failed:\n{done.stderr[-1500:]}")
    found = json.loads(done.stdout)
    return [check for name, load in zip(CALLS, found["loads"], strict=True) for check in _started(name, load)]


def _started(name: str, load: Mapping[str, Any]) -> list[Check]:
    times = Times(**load["times"], read=0.0, put=0.0, delete=0.0)
    model = ramp(load["arrivals"], times, environments=CALLS[name][1])
    warm = len(model.answers) - model.environments
    return [
        Check(name, "callers that waited for a start, so environments", load["environments"], model.environments),
        Check(name, "callers that found one warm", load["answered_warm"], warm),
        Check(name, "callers that were refused", load["refused"], model.throttled),
    ]
