"""Logs and metrics under a load of minutes: the newest are kept."""

from __future__ import annotations

import pytest

from localcloud.patches import telemetry_kept

INVOCATIONS = 12


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(telemetry_kept, "STREAMS_KEPT", 5)
    monkeypatch.setattr(telemetry_kept, "POINTS_KEPT", 4)


def test_the_newest_log_streams_of_a_function_are_kept(few, monkeypatch):
    groups = {"/aws/lambda/f": {"streams": {}}}
    monkeypatch.setattr(telemetry_kept.cloudwatch_logs, "_log_groups", groups)

    def emit(_function, request, *_more):
        groups["/aws/lambda/f"]["streams"][request] = {"events": [request]}

    emit = telemetry_kept._trimmed_logs(emit)
    for number in range(INVOCATIONS):
        emit({"config": {"FunctionName": "f"}}, number, "text", False, 1)
    assert list(groups["/aws/lambda/f"]["streams"]) == [7, 8, 9, 10, 11]


def test_the_newest_points_of_a_metric_are_kept(few, monkeypatch):
    points = []
    monkeypatch.setattr(telemetry_kept.cloudwatch, "_metric_bucket", lambda key: points)
    record = telemetry_kept._trimmed_points(lambda *given: points.append(given[2]))
    for number in range(INVOCATIONS):
        record("AWS/Lambda", "Duration", float(number))
    assert points[-1] == INVOCATIONS - 1
    assert 2 <= len(points) <= 4
