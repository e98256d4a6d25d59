"""Time of the policy gate: `python -m policy` on plans of three sizes, the program's start included."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import report, roots
from bench.measure import in_turns, run
from delivery.scan import planned

BAR = 2.0
RESOURCES = 500  # of the plan that the bar is for
SIZES = (RESOURCES, 5000)
RUNS = 7


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `policy` and `examples`.
        environment: the user's environment.

    Returns:
        Whether the bar is held.

    Raises:
        BenchError: the gate failed.
        DeliveryError: an example cannot be planned.
    """
    build = repository / "build" / "bench"
    smallest = roots.ours(repository, build / "ours-1", environment).plan().document
    complete = planned(repository, environment)[1].read_text(encoding="utf-8")
    plans = [smallest, *(_many(json.loads(complete), size) for size in SIZES)]
    files = {len(plan["resource_changes"]): build / f"policy-{number}.json" for number, plan in enumerate(plans)}
    for file, plan in zip(files.values(), plans, strict=True):
        file.write_text(json.dumps(plan), encoding="utf-8")
    load = report.load()
    gates = {
        str(count): lambda file=file: run([sys.executable, "-m", "policy", os.fspath(file)], repository, environment)
        for count, file in files.items()
    }
    times = in_turns(gates, RUNS)
    rows = "\n".join(f"| {count} | {found.row} |" for count, found in times.items())
    report.write(
        repository / "docs" / "performance.md",
        "Policy",
        "make bench ARGS=policy",
        f"`python -m policy`: a plan of {RESOURCES} resources must be checked in at most {BAR:g} s. The plans are that "
        "of `examples/minimal`, and that of `examples/complete` with as many calls of the module as it takes.\n\n"
        f"| resources | clock | processor |\n|---|---|---|\n{rows}",
        load,
    )
    return list(times.values())[1].median <= BAR


def _many(document: dict[str, Any], resources: int) -> dict[str, Any]:
    """The plan with further calls of the module, until it has so many resources."""
    calls = document["configuration"]["root_module"]["module_calls"]
    text = json.dumps(document["resource_changes"])
    number = 0
    while len(document["resource_changes"]) < resources:
        number += 1
        calls[f"copy{number}"] = calls["application"]
        renamed = text.replace("module.application", f"module.copy{number}").replace("payments", f"payments{number}")
        document["resource_changes"] += json.loads(renamed)
    return document
