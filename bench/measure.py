"""Times of programs that are run in turns, so that what else happens on the machine meets all of them alike."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class BenchError(Exception):
    """A measurement that says nothing: a program failed, or what is compared is not alike."""


@dataclass(frozen=True)
class Times:
    """Repeated runs.

    Args:
        wall: seconds on the clock, one for each run, in order.
        processor: seconds on all cores together, of the programs that were started and their children.
    """

    wall: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def median(self) -> float:
        """Median of the clock's seconds."""
        return statistics.median(self.wall)

    @property
    def work(self) -> float:
        """Median of the processor's seconds, which other work on the machine changes less."""
        return statistics.median(self.processor)

    @property
    def row(self) -> str:
        """Cells of a Markdown table: clock, processor."""
        return f"{self.clock} | {_spread(self.processor)}"

    @property
    def clock(self) -> str:
        """The clock's cell alone."""
        return _spread(self.wall)


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}, n={len(seconds)})"


def in_turns(subjects: Mapping[str, Callable[[], None]], runs: int) -> dict[str, Times]:
    """Time subjects one after the other, again and again, after one run each that does not count.

    Args:
        subjects: name to what is run.
        runs: how often each is timed.
    """
    for subject in subjects.values():
        subject()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
    for _ in range(runs):
        for name, subject in subjects.items():
            started, spent = time.perf_counter(), _processor_seconds()
            subject()
            found[name].append((time.perf_counter() - started, _processor_seconds() - spent))
    return {name: Times(*map(tuple, zip(*pairs, strict=True))) for name, pairs in found.items()}


def _processor_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def run(command: Sequence[str | Path], directory: Path, environment: Mapping[str, str]) -> None:
    """Run a program to its end.

    Args:
        command: program and arguments.
        directory: where it runs.
        environment: its whole environment.

    Raises:
        BenchError: it failed.
    """
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise BenchError(f"{' '.join(map(str, command))} failed in {directory}:\n{said}")
