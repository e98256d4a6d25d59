"""docs/scale.md: what a Region under load meets, by the model of `bench.simulation`, checked against measurements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bench import report
from bench.curves import curves
from bench.measure import BenchError
from bench.simulation import ENVIRONMENTS, Times, backlog_age, ramp, relay_capacity, storm

RATES = (100, 1_000, 10_000)
# Assumed for AWS, until somebody measures there; docs/scale.md says from what.
ASSUMED = Times(write=0.060, cold=0.600, read=0.010, put=0.020, delete=0.060)
PAUSE_SECONDS = 0.02
CLIENTS = 8  # of the measured storms: bench/relay.py
# The model says which way and about how much, not the digit: it must be within this factor of each measured storm.
BAR = 2.0
_MINUTES = 10
_STORM = re.compile(r"^\| (\d+) \| \d+ \| [\d.]+% \| ([\d.]+) \| ([\d.]+) ms \|", re.MULTILINE)
_BEGIN, _END = "<!-- make bench ARGS=scale -->\n", "<!-- end -->\n"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Write tables and curves of docs/scale.md, and the check of the model into docs/performance.md.

    Args:
        repository: folder of `docs`.
        environment: not used; a model needs none.

    Returns:
        Whether the model is within BAR of every measured storm.

    Raises:
        BenchError: docs/performance.md has no measured storm, or docs/scale.md no place for the tables.
    """
    del environment
    load = report.load()
    document = repository / "docs" / "performance.md"
    checked = _checked(document.read_text(encoding="utf-8"))
    rows = "\n".join(f"| {n} | {measured:.2f} | {model:.2f} |" for n, (measured, model) in checked.items())
    report.write(
        document,
        "Model of a Region under load",
        "make bench ARGS=scale",
        f"Conflicts per transfer: measured with {CLIENTS} clients (above), and by the model of `bench/simulation.py`, "
        "which is given only the clients, the accounts and an attempt's time, "
        f"{_attempt(document.read_text(encoding='utf-8')) * 1000:.1f} ms. "
        f"It must be within a factor of {BAR:g}. [What it says of other loads](scale.md).\n\n"
        f"| accounts | measured | model |\n|---|---|---|\n{rows}",
        load,
    )
    page = repository / "docs" / "scale.md"
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, picture in pictures().items():
        (repository / "docs" / "images" / name).write_text(picture, encoding="utf-8")
    return all(1 / BAR <= model / measured <= BAR for measured, model in checked.values())


def written(page: str) -> str:
    """The page with the tables of today's model.

    Args:
        page: docs/scale.md.
    """
    before, found, rest = page.partition(_BEGIN)
    _, ended, after = rest.partition(_END)
    if not (found and ended):
        raise BenchError(f"docs/scale.md has no place for the tables; put {_BEGIN.strip()} and {_END.strip()} into it")
    return before + _BEGIN + _table() + _END + after


def pictures() -> dict[str, str]:
    """The curves, by file name."""
    rates = [round(10 ** (1 + step / 8)) for step in range(25)]
    warm = [(rate, max(1.0, rate * ASSUMED.write)) for rate in rates]
    cold = [(rate, float(ramp(rate, 10, ASSUMED, environments=100_000).environments)) for rate in rates]
    ages = {
        f"{leases} relay{'s' * (leases > 1)}": [
            (rate, backlog_age(rate, relay_capacity(ASSUMED, leases), _MINUTES * 60) or 1.0) for rate in rates
        ]
        for leases in (1, 4, 16)
    }
    accounts = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
    conflicts = {
        f"{clients} at a time": [
            (n, max(0.001, storm(n, clients, 30, ASSUMED.write, pause=PAUSE_SECONDS).conflicts)) for n in accounts
        ]
        for clients in (6, 60)
    }
    return {
        "scale-environments.svg": curves(
            "Execution environments of the transactions function",
            "writes a second in a Region",
            "environments",
            {"warm": warm, "when it begins cold": cold},
            limits={"account's default": ENVIRONMENTS},
        ),
        "scale-relay.svg": curves(
            f"Age of the oldest event after {_MINUTES} minutes of load",
            "writes a second in a Region",
            "seconds (1 stands for no backlog)",
            ages,
            limits={"a minute": 60},
        ),
        "scale-conflicts.svg": curves(
            "Conflicts per transfer between hot accounts",
            "accounts",
            "conflicts per transfer",
            conflicts,
            limits={"one each": 1},
        ),
    }


def _table() -> str:
    rows = []
    for rate in RATES:
        met = ramp(rate, 20, ASSUMED)
        one = relay_capacity(ASSUMED)
        needed = -(-rate // one)
        rows.append(
            f"| {rate:,} | {rate * ASSUMED.write:,.0f} | {met.environments:,} | {met.throttled:.1%} | "
            f"{backlog_age(rate, one, _MINUTES * 60):.0f} s | {needed:.0f} | {2 * rate:,} |"
        )
    return (
        "| writes/s in each Region | environments, warm | started when it begins cold | refused in the first 20 s | "
        f"oldest event after {_MINUTES} min, one relay | relays needed | rule invocations/s |\n"
        "|---|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _checked(performance: str) -> dict[int, tuple[float, float]]:
    measured = {int(accounts): float(conflicts) for accounts, conflicts, _ in _STORM.findall(performance)}
    if not measured:
        raise BenchError("docs/performance.md has no measured storm; run `make bench ARGS=relay` first")
    attempt = _attempt(performance)
    return {
        accounts: (conflicts, storm(accounts, CLIENTS, 60, attempt, pause=PAUSE_SECONDS).conflicts)
        for accounts, conflicts in measured.items()
    }


def _attempt(performance: str) -> float:
    """Seconds of an attempt: the least median of the storms, in which the fewest repetitions and pauses are."""
    return min(float(median) for _, _, median in _STORM.findall(performance)) / 1000
