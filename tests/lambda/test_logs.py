"""The lines of the log: which are written, and what is in them."""

from __future__ import annotations

import types

import pytest
from transactions.logs import Log


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("DEBUG", ["DEBUG", "INFO", "WARNING", "ERROR"]),
        ("INFO", ["INFO", "WARNING", "ERROR"]),
        ("WARNING", ["WARNING", "ERROR"]),
        ("ERROR", ["ERROR"]),
        ("loud", ["INFO", "WARNING", "ERROR"]),
    ],
)
def test_lines_below_the_level_are_dropped(lines, level, written):
    log = Log(level)
    for write in (log.debug, log.info, log.warning, log.error):
        write("said")
    assert [line["level"] for line in lines()] == written


def test_a_line_tells_how_long_the_invocation_has_lasted_and_keeps_numbers_as_numbers(lines, monkeypatch):
    monkeypatch.setattr("transactions.logs.time", types.SimpleNamespace(perf_counter=lambda: 50.0))
    log = Log()
    monkeypatch.setattr("transactions.invocation.time", types.SimpleNamespace(perf_counter=lambda: 52.5))
    log.info("said", attempt=3, error="refused\nDETAIL:  Failing row contains (private words)")
    (line,) = lines()
    assert (line["duration_ms"], line["attempt"], line["error"]) == (2500.0, 3, "refused")


def test_a_metric_has_its_moment_in_milliseconds(lines, monkeypatch):
    monkeypatch.setattr(
        "transactions.logs.time",
        types.SimpleNamespace(perf_counter=lambda: 50.0, time_ns=lambda: 1_795_748_321_072_999_999),
    )
    Log("ERROR", function="relay").metric("Published", 2, kind="new")
    (line,) = lines()
    about = {"Namespace": "DsqlApplication", "Dimensions": [["function", "kind"]]}
    about |= {"Metrics": [{"Name": "Published", "Unit": "Count"}]}
    assert line["_aws"] == {"Timestamp": 1_795_748_321_072, "CloudWatchMetrics": [about]}
    assert (line["function"], line["kind"], line["Published"]) == ("relay", "new", 2)
