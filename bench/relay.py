"""Events per second of one relay, and what becomes of writes that all want the same accounts."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import report
from bench.imports import build_for_this_machine, unzipped
from bench.stage import PRIMARY, SECONDARY, Stage, stage

EVENTS = 2000
RUNS = 3
CLIENTS = 8
SECONDS = 6
HOT = (2, 4, 16)  # accounts
LEAST_SUCCESS = 0.9  # of transfers among 16 accounts; with fewer, retries cannot help
_PROGRAMS = Path("bench") / "programs"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:  # noqa: ARG001 - one signature for all sections
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `bench` and `lambda`.
        environment: the user's environment.

    Returns:
        Whether of the transfers among the most accounts at least LEAST_SUCCESS succeeded.

    Raises:
        BenchError: a program failed.
        DeliveryError: the package cannot be built.
    """
    load = report.load()
    package = unzipped(
        build_for_this_machine(repository / "build" / "package"), repository / "build" / "bench" / "ours"
    )
    with stage(package) as ready:
        storms = {accounts: _storm(repository, ready, accounts) for accounts in HOT}
        relay = ready.run(
            repository / _PROGRAMS / "relay.py", json.dumps(ready.variables("app")), EVENTS, RUNS, role="relay"
        )
    report.write(
        repository / "docs" / "performance.md",
        "Relay and conflicts",
        "make bench ARGS=relay",
        f"{_relay(relay)}\n\n{_storms(storms)}",
        load,
    )
    return _success(storms[max(HOT)]) >= LEAST_SUCCESS


def _storm(repository: Path, ready: Stage, accounts: int) -> Mapping[str, Any]:
    environments = json.dumps([ready.variables("app", region) for region in (PRIMARY, SECONDARY)])
    return ready.run(repository / _PROGRAMS / "storm.py", environments, CLIENTS, accounts, SECONDS)


def _relay(found: Mapping[str, Any]) -> str:
    titles = {"at once": "a bus that answers at once", "embedded": "the embedded cloud's bus, 10 events a request"}
    rows = [
        f"| {title} | {statistics.median(found['rates'][name]):.0f} "
        f"({min(found['rates'][name]):.0f} to {max(found['rates'][name]):.0f}, n={RUNS}) |"
        for name, title in titles.items()
    ]
    return (
        f"One relay empties an outbox of {EVENTS} events. Memory of the process: {found['memory']:.0f} MB, with boto3."
        "\n\n| onto | events/s |\n|---|---|\n" + "\n".join(rows)
    )


def _success(storm: Mapping[str, Any]) -> float:
    return float(storm["outcomes"].get("succeeded", 0) / len(storm["milliseconds"]))


def _storms(storms: Mapping[int, Mapping[str, Any]]) -> str:
    rows = []
    for accounts, storm in storms.items():
        outcomes, times = storm["outcomes"], storm["milliseconds"]
        conflicts = outcomes.get("attempts: conflict", 0)
        rows.append(
            f"| {accounts} | {len(times)} | {_success(storm):.1%} | {conflicts / len(times):.2f} | "
            f"{statistics.median(times):.1f} ms | {statistics.quantiles(times, n=100)[-1]:.1f} ms |"
        )
    return (
        f"{CLIENTS} clients, half in each Region, transfer between so few accounts that most transfers conflict, for "
        f"{SECONDS} s. What does not succeed after eight attempts is answered with 503, and may be asked again. Among "
        f"{max(HOT)} accounts at least {LEAST_SUCCESS:.0%} must succeed.\n\n"
        "| accounts | transfers | succeeded | conflicts per transfer | p50 | p99 |\n|---|---|---|---|---|---|\n"
        + "\n".join(rows)
    )
