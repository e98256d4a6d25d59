"""Time from a changed construct to `modules/`, and of the synthesis of the deployable stack."""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import report
from bench.measure import BenchError, in_turns, run

BAR = 5.0
RUNS = 7
COLD_RUNS = 3
_CHANGED = Path("infra") / "queues.py"
_CONSTANT = "RETENTION_SECONDS = 14 * 24 * 3600"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `infra` and `main.py`.
        environment: the user's environment.

    Returns:
        Whether the bar is held: a change of one construct reaches the modules in at most 5 seconds, warm.

    Raises:
        BenchError: a program failed, or the change did not arrive.
    """
    load = report.load()
    source = _copied(repository)
    warm = in_turns(
        {
            "a changed construct reaches `modules/` (`make modules`)": _change(source, environment),
            "the deployable stack (`python main.py`)": lambda: run([sys.executable, "main.py"], source, environment),
        },
        RUNS,
    )
    cold = in_turns({"`make modules`, jsii's cache empty, no compiled Python": _cold(source, environment)}, COLD_RUNS)
    rows = "\n".join(f"| {name} | {times.row} |" for name, times in {**warm, **cold}.items())
    report.write(
        repository / "docs" / "performance.md",
        "Synthesis",
        "make bench ARGS=synthesis",
        f"A change must reach `modules/` in at most {BAR:g} s, warm. Each run edits `{_CHANGED}` in a copy of the "
        f"source and looks for the new value in the HCL.\n\n| what | clock | processor |\n|---|---|---|\n{rows}\n\n"
        f"{report.bindings()}.",
        load,
    )
    return next(iter(warm.values())).median <= BAR


def _copied(repository: Path) -> Path:
    source = repository / "build" / "bench" / "source"
    shutil.rmtree(source, ignore_errors=True)
    for folder in ("infra", "examples", "modules", "docs"):  # the API's description and the event's schema are in docs
        shutil.copytree(repository / folder, source / folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for file in ("main.py", "cdktf.json"):
        shutil.copyfile(repository / file, source / file)
    return source


def _change(source: Path, environment: Mapping[str, str]) -> Callable[[], None]:
    text = (source / _CHANGED).read_text(encoding="utf-8")
    if _CONSTANT not in text:
        raise BenchError(
            f"{_CHANGED} has no line {_CONSTANT!r} any more; change another constant in bench/synthesis.py"
        )
    numbers = itertools.count(60)

    def change() -> None:
        number = next(numbers)
        (source / _CHANGED).write_text(text.replace(_CONSTANT, f"RETENTION_SECONDS = {number}"), encoding="utf-8")
        run([sys.executable, "-m", "infra.export"], source, environment)
        written = (source / "modules" / "events" / "events.tf").read_text(encoding="utf-8")
        if f"message_retention_seconds = {number}\n" not in written:
            raise BenchError("the change did not reach modules/events/events.tf")

    return change


def _cold(source: Path, environment: Mapping[str, str]) -> Callable[[], None]:
    def first() -> None:
        with tempfile.TemporaryDirectory() as cache:
            without = {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": f"{cache}/jsii", "PYTHONPYCACHEPREFIX": f"{cache}/python"}
            run([sys.executable, "-m", "infra.export"], source, {**environment, **without})

    return first
