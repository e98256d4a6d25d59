"""Writes on one warm connection, beside a bare psycopg loop that sends the same statement."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import report
from bench.delay import delayed
from bench.imports import build_for_this_machine, unzipped
from bench.stage import stage

BAR = 0.6
DELAYS = (0.0, 0.002)  # seconds
ROUNDS = {0.0: 12, 0.002: 6}
WRITES = 100  # of each subject in a round
_PROGRAM = Path("bench") / "programs" / "writes.py"
_SUBJECTS = {
    "bare": "psycopg, the same statement",
    "function": "the function, invoked directly",
    "request": "the function, a request of an HTTP API",
}


def measure(repository: Path, environment: Mapping[str, str]) -> bool:  # noqa: ARG001 - one signature for all sections
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `bench` and `lambda`.
        environment: the user's environment.

    Returns:
        Whether the bar is held.

    Raises:
        BenchError: a program failed.
        DeliveryError: the package cannot be built.
    """
    load = report.load()
    package = unzipped(
        build_for_this_machine(repository / "build" / "package"), repository / "build" / "bench" / "ours"
    )
    found = {}
    with stage(package) as ready:
        for delay in DELAYS:
            with delayed(ready.port, delay) as port:
                through = {"PGPORT": str(port)} if delay else {}
                found[delay] = ready.run(repository / _PROGRAM, ROUNDS[delay], WRITES, **through)
    ratios = {delay: _ratio(run["milliseconds"]) for delay, run in found.items()}
    report.write(repository / "docs" / "performance.md", "Writes", "make bench ARGS=writes", _text(found, ratios), load)
    return min(ratios.values()) >= BAR


def _ratio(milliseconds: Mapping[str, Sequence[float]]) -> float:
    """Writes per second of the function, as a share of the bare loop's."""
    return sum(milliseconds["bare"]) / sum(milliseconds["function"])


def _text(found: Mapping[float, Mapping[str, Any]], ratios: Mapping[float, float]) -> str:
    rows = []
    for delay, run in found.items():
        for name, title in _SUBJECTS.items():
            times = run["milliseconds"][name]
            rows.append(
                f"| {title} | {delay * 1000:g} ms | {1000 * len(times) / sum(times):.0f} | "
                f"{statistics.median(times):.2f} ms | {statistics.quantiles(times, n=100)[-1]:.2f} ms | "
                f"{run['processor'][name]:.0f} µs |"
            )
    shares = " and ".join(f"{ratio:.2f} at {delay * 1000:g} ms" for delay, ratio in ratios.items())
    memory = max(run["memory"] for run in found.values())
    return (
        "One process with one warm connection to the embedded cloud's DSQL endpoint (TLS, token), and a round-trip "
        "time added to each message. The bare loop sends the function's own statement, with values made before; the "
        "function parses, checks, stores row and event, logs and answers. Waking the relay, a request to Lambda, is "
        f"left out. The function's writes per second are {shares} of the bare loop's; at least {BAR:g} is wanted.\n\n"
        "| what | added | writes/s | p50 | p99 | client's processor |\n|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\nThe process took {memory:.0f} MB at most, boto3 not loaded."
    )
