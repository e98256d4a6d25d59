"""docs/scale.md: what a Region under load meets, by the model of `bench.simulation`, checked against measurements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import checks, report
from bench.backlog import SHARDS, begun, emptied, relay_capacity, steady
from bench.curves import curves
from bench.measure import BenchError
from bench.simulation import ENVIRONMENTS, Times, ramp, random_arrivals, storm

RATES = (100, 1_000, 10_000)
# Assumed for AWS, until somebody measures there; docs/scale.md says from what.
ASSUMED = Times(write=0.060, cold=0.600, read=0.010, put=0.020, delete=0.060)
PAUSE_SECONDS = 0.02
CLIENTS = 8  # of the measured storms: bench/relay.py
# The models say which way and about how much, not the digit: they must be within this factor of what was measured.
BAR = 2.0
_MINUTES = 10
_STORM = re.compile(r"^\| (\d+) \| \d+ \| [\d.]+% \| ([\d.]+) \| ([\d.]+) ms \|", re.MULTILINE)
_BEGIN, _END = "<!-- make bench ARGS=scale -->\n", "<!-- end -->\n"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Write tables and curves of docs/scale.md, and the check of the model into docs/performance.md.

    Args:
        repository: folder of `docs`, `bench` and `lambda`.
        environment: not used; the embedded cloud says what its clients need.

    Returns:
        Whether the models are within BAR of everything that was measured.

    Raises:
        BenchError: docs/performance.md has no measured storm, docs/scale.md no place for the tables; a program failed.
        DeliveryError: the package cannot be built.
    """
    del environment
    load = report.load()
    document = repository / "docs" / "performance.md"
    storms, attempt = _storms(document.read_text(encoding="utf-8")), _attempt(document.read_text(encoding="utf-8"))
    relay, starts = checks.relay(repository), checks.starts(repository)
    report.write(
        document,
        "Model of a Region under load",
        "make bench ARGS=scale",
        f"Each model must be within a factor of {BAR:g} of what was measured. "
        "[What they say of other loads](scale.md).\n\n"
        f"**Conflicts** (`bench/simulation.py`): {CLIENTS} clients (above). The model is given only the clients, the "
        f"accounts and an attempt's time, {attempt * 1000:.1f} ms.\n\n"
        "**Relay** (`bench/backlog.py`): the real relay and an embedded database, "
        f"{checks.ROUND_TRIP_SECONDS * 1000:g} ms away for each message, and a bus that answers after "
        f"{checks.PUT_SECONDS * 1000:g} ms, so that its steps take about as long as is assumed for AWS. The model is "
        "given the moments at which events were stored, how long a step took in this load, and the shard that each "
        "run of the relay began with, which is chance.\n\n"
        "**Cold starts** (`bench/simulation.py`): MiniStack's pool of execution environments, without the limit on "
        f"starts that `localcloud` adds, and a function that sleeps {checks.START_SECONDS:g} s when it is imported and "
        f"{checks.WORK_SECONDS:g} s when it is called. The model is given the moments of the calls, and how long a "
        "start and a warm call took in this load. The quotas of Lambda and of DSQL are too high to be met here.\n\n"
        + checked([*storms, *relay, *starts]),
        load,
    )
    page = repository / "docs" / "scale.md"
    page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, picture in pictures().items():
        (repository / "docs" / "images" / name).write_text(picture, encoding="utf-8")
    return all(check.within(BAR) for check in (*storms, *relay, *starts))


def checked(found: Sequence[checks.Check]) -> str:
    """The table of what was measured, beside what the models say."""
    return "| load | what | measured | model |\n|---|---|---|---|\n" + "\n".join(check.row for check in found)


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
    cold = [
        (rate, float(ramp(random_arrivals(rate, 10), ASSUMED, environments=100_000).environments)) for rate in rates
    ]
    ages = {
        f"{leases} relay{'s' * (leases > 1)}": [(rate, max(1.0, _oldest(rate, leases))) for rate in rates]
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
        met = ramp(random_arrivals(rate, 20), ASSUMED)
        refused = met.throttled / (met.throttled + len(met.answers))
        needed = -(-rate // relay_capacity(ASSUMED))
        rows.append(
            f"| {rate:,} | {rate * ASSUMED.write:,.0f} | {met.environments:,} | {refused:.1%} | "
            f"{_oldest(rate):.0f} s | {needed:.0f} | {2 * rate:,} |"
        )
    return (
        "| writes/s in each Region | environments, warm | started when it begins cold | refused in the first 20 s | "
        f"oldest event after {_MINUTES} min, one relay | relays needed | rule invocations/s |\n"
        "|---|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _oldest(rate: float, leases: int = 1) -> float:
    """Age in seconds of the oldest event after _MINUTES, with so many relays, each for its share of the shards.

    The worst of three: much depends on the shard that a run of the relay happens to begin with.
    """
    arrivals, shards = rate / leases, SHARDS // leases
    return max(
        emptied(steady(arrivals, shards), ASSUMED, _MINUTES * 60, starts=begun(shards, seed)).oldest
        for seed in (1, 2, 3)
    )


def _storms(performance: str) -> list[checks.Check]:
    measured = [(int(accounts), float(conflicts)) for accounts, conflicts, _ in _STORM.findall(performance)]
    if not measured:
        raise BenchError("docs/performance.md has no measured storm; run `make bench ARGS=relay` first")
    attempt = _attempt(performance)
    return [
        checks.Check(
            f"transfers among {accounts} accounts",
            "conflicts per transfer",
            conflicts,
            storm(accounts, CLIENTS, 60, attempt, pause=PAUSE_SECONDS).conflicts,
            "each",
        )
        for accounts, conflicts in measured
    ]


def _attempt(performance: str) -> float:
    """Seconds of an attempt: the least median of the storms, in which the fewest repetitions and pauses are."""
    return min(float(median) for _, _, median in _STORM.findall(performance)) / 1000
