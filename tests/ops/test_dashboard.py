"""What a dashboard makes of metrics that the functions log: a point for each period, by the graph's own statistic."""

import datetime as dt

import pytest

from ops.dashboard import Span, _summed_up

BEGIN = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
AT = BEGIN.timestamp()
POINTS = [(AT + 1, 4.0), (AT + 9, 1.0), (AT + 9.5, 1.0), (AT + 25, 7.0)]


@pytest.mark.parametrize(
    ("stat", "first"), [("Sum", 6.0), ("Average", 2.0), ("Minimum", 1.0), ("Maximum", 4.0), ("p50", 1.0), ("p99", 4.0)]
)
def test_a_period_has_one_point(stat, first):
    span = Span(BEGIN, BEGIN + dt.timedelta(minutes=5))
    assert span.period == 10
    assert _summed_up(POINTS, stat, span) == [(AT, first), (AT + 20, 7.0)]
