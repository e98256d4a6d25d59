"""What a dashboard makes of metrics that the functions log: a point for each period, by the graph's own statistic."""

import datetime as dt
import re

import pytest

from ops.dashboard import Line, Span, _graph, _summed_up

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


def test_a_period_that_began_before_the_span_is_drawn_at_its_edge_and_none_outside_the_frame():
    span = Span(BEGIN, BEGIN + dt.timedelta(minutes=5))
    line = Line("runs", [(AT - 9, 3.0), (AT, 2.0), (AT + 300, 4.0)])
    drawn = _graph({"title": "Runs"}, [line], span, (12.0, 12.0), 132.0)
    left, frame = (float(re.search(pattern, drawn)[1]) for pattern in (r'<path d="M([\d.]+) ', r'<rect x="([\d.]+)"'))
    assert [float(x) for x in re.findall(r'cx="([-\d.]+)"', drawn)] == [left, left, left + 500]
    assert left > frame
