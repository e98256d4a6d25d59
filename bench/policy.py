"""Time of the policy gate: `python -m policy` on a plan of 500 resources, the program's start included."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import report
from bench.measure import in_turns, run
from delivery.scan import planned

BAR = 2.0
RESOURCES = 500
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
        DeliveryError: the example cannot be planned.
    """
    document = json.loads(planned(repository, environment)[1].read_text(encoding="utf-8"))
    many = _many(document)
    file = repository / "build" / "bench" / "policy.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(many), encoding="utf-8")
    load = report.load()
    gate = [sys.executable, "-m", "policy", os.fspath(file)]
    (times,) = in_turns({"gate": lambda: run(gate, repository, environment)}, RUNS).values()
    count = len(many["resource_changes"])
    report.write(
        repository / "docs" / "performance.md",
        "Policy",
        "make bench ARGS=policy",
        f"A plan of {RESOURCES} resources must be checked in at most {BAR:g} s. The plan of `examples/complete`, "
        f"with as many calls of the module as make {count} resources.\n\n| what | clock | processor |\n|---|---|---|\n"
        f"| `python -m policy` | {times.row} |",
        load,
    )
    return times.median <= BAR


def _many(document: dict[str, Any]) -> dict[str, Any]:
    calls = document["configuration"]["root_module"]["module_calls"]
    text = json.dumps(document["resource_changes"])
    number = 0
    while len(document["resource_changes"]) < RESOURCES:
        number += 1
        calls[f"copy{number}"] = calls["application"]
        renamed = text.replace("module.application", f"module.copy{number}").replace("payments", f"payments{number}")
        document["resource_changes"] += json.loads(renamed)
    return document
