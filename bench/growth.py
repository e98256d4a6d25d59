"""How validate and plan grow with the applications of one root, beside the same applications written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench import report, roots
from bench.measure import in_turns
from bench.roots import BY_HAND, OURS

APPLICATIONS = (1, 2, 4, 8)
BAR = 1.15
RUNS = 5


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `examples` and `bench`.
        environment: the user's environment.

    Returns:
        Whether a plan of every number of applications holds the bar of one.

    Raises:
        BenchError: the two roots do not create the same resources.
        TerraformError: a root cannot be planned.
    """
    load = report.load()
    build = repository / "build" / "bench"
    rows, ratios = [], {}
    for applications in APPLICATIONS:
        mine = roots.ours(repository, build / f"ours-{applications}", environment, applications)
        theirs = roots.by_hand(repository, build / f"hand-{applications}", environment, applications)
        count = roots.alike({OURS: mine, BY_HAND: theirs})
        validated = in_turns(
            {OURS: lambda t=mine: roots.validate(t), BY_HAND: lambda t=theirs: roots.validate(t)},  # type: ignore[misc]
            RUNS,
        )
        planned = in_turns(
            {OURS: lambda t=mine: roots.plan(t), BY_HAND: lambda t=theirs: roots.plan(t)},  # type: ignore[misc]
            RUNS,
        )
        ratios[applications] = planned[OURS].median / planned[BY_HAND].median
        rows.append(
            f"| {applications} | {count} | {validated[OURS].clock} | {validated[BY_HAND].clock} | "
            f"{planned[OURS].clock} | {planned[BY_HAND].clock} | {ratios[applications]:.2f} |"
        )
    report.write(
        repository / "docs" / "performance.md",
        "Growth",
        "make bench ARGS=growth",
        "One root with several applications: ours from one call with `for_each` (`examples/module-for-each`), by hand "
        "a folder for each, called once. Seconds on the clock. The last column is the ratio of the plans; at most "
        f"{BAR} is allowed in each row.\n\n"
        "| applications | resources | validate, ours | by hand | plan, ours | by hand | ratio |\n"
        "|---|---|---|---|---|---|---|\n" + "\n".join(rows) + f"\n\n{roots.versions(mine)}",
        load,
    )
    return max(ratios.values()) <= BAR
