"""The test suite's time and its slowest tests, as the last whole run of `make test` wrote them down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from bench import report
from bench.measure import BenchError

BAR = 15 * 60.0
SLOWEST = 10
WRITTEN = Path("build") / "suite.xml"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Read, and write the section of docs/performance.md.

    Args:
        repository: folder of `build`.
        environment: not used.

    Returns:
        Whether the suite took at most BAR seconds.

    Raises:
        BenchError: the whole suite was not run, or not all of it passed.
    """
    del environment
    body, seconds = told(repository / WRITTEN)
    report.write(repository / "docs" / "performance.md", "Test suite", "make bench ARGS=suite", body, report.load())
    return seconds <= BAR


def told(file: Path) -> tuple[str, float]:
    """What the document says of a run, and its seconds.

    Args:
        file: as `pytest --junit-xml` writes it.

    Raises:
        BenchError: there is none, or it tells of a test that did not pass.
    """
    if not file.is_file():
        raise BenchError(f"no {file.name}: run `make test` (all of it) first, which writes it")
    suites = list(ElementTree.parse(file).getroot().iter("testsuite"))  # noqa: S314 - pytest's, of this machine
    if any(int(suite.get(bad, "0")) for suite in suites for bad in ("failures", "errors")):
        raise BenchError("not all tests passed in the last run of `make test`, so its time says nothing; mend them")
    cases = sorted(
        (case for suite in suites for case in suite.iter("testcase")), key=lambda case: -float(case.get("time", 0))
    )
    rows = "\n".join(
        f"| {float(case.get('time', 0)):.0f} s | `{_where(case.get('classname', ''))}` {case.get('name')} |"
        for case in cases[:SLOWEST]
    )
    seconds = sum(float(suite.get("time", 0)) for suite in suites)
    minutes, rest = divmod(round(seconds), 60)
    began = min(suite.get("timestamp", "") for suite in suites)[:16].replace("T", " at ")
    return (
        f"{len(cases)} tests in {minutes} min {rest} s; at most {BAR / 60:g} minutes are allowed. `make test` began on "
        f"{began}. The slowest {SLOWEST}, of which the first that needs a deployment also waits for it:\n\n"
        f"| time | test |\n|---|---|\n{rows}",
        seconds,
    )


def _where(classname: str) -> str:
    return classname.replace(".", "/") + ".py"
