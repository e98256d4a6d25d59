"""What a dashboard makes of metrics that the functions log: a point for each period, by the graph's own statistic."""

import datetime as dt
import io
import json
import re

import pytest

from ops.dashboard import Line, Span, _graph, _summed_up, main

from .test_ops_command import OUTPUT

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


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "error: not what `terraform output -json` prints: ''"),
        (
            json.dumps({name: {"value": value} for name, value in OUTPUT.items()}),
            "error: no dashboard is deployed; run",
        ),
    ],
)
def test_what_is_not_deployed_is_told_in_a_line(tmp_path, monkeypatch, capsys, text, error):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main([str(tmp_path / "dashboard.svg")]) == 2
    assert capsys.readouterr().err.startswith(error)
    assert not (tmp_path / "dashboard.svg").exists()


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "soon"])
def test_a_time_that_is_none_is_refused_with_what_is_allowed(capsys, minutes):
    with pytest.raises(SystemExit):
        main(["dashboard.svg", f"--minutes={minutes}"])
    assert f"must be a number of 1 to 655200, got '{minutes}'" in capsys.readouterr().err
