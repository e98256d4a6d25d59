"""The deployed dashboard as a picture: `terraform output -json | python -m ops.dashboard FILE`.

CloudWatch's own picture of a widget needs AWS; this one reads what the account, or the embedded cloud, has.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.arguments import between
from ops.aws import Aws
from ops.deployment import Deployment, NotDeployedError

LOGGED = "DsqlApplication"  # the functions log these metrics; the embedded cloud leaves them in the log
_WIDTH, _HEIGHT, _TITLE, _MARGIN = 560, 132, 22, 12
_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#17becf")
_POINTS = 30  # of a line at most

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of a graph.

    Args:
        label: in the legend.
        points: seconds since the epoch, and value.
    """

    label: str
    points: list[Point]


@dataclass(frozen=True)
class Span:
    """What time is drawn.

    Args:
        start: its beginning.
        end: its end.
    """

    start: dt.datetime
    end: dt.datetime

    @property
    def period(self) -> int:
        """Seconds of a point: 1, 5, 10, 30 or minutes, as CloudWatch takes them."""
        wanted = (self.end - self.start).total_seconds() / _POINTS
        return next((period for period in (1, 5, 10, 30) if period >= wanted), int(wanted // 60 + 1) * 60)


def picture(aws: Aws, name: str, region: str, span: Span, source: str) -> str:
    """Draw every graph of a dashboard, as SVG.

    Args:
        aws: the account.
        name: of the dashboard.
        region: where to ask for it.
        span: what time.
        source: said under the picture: where the numbers come from.
    """
    body = json.loads(aws.client("cloudwatch", region).get_dashboard(DashboardName=name)["DashboardBody"])
    graphs = [widget for widget in body["widgets"] if widget["type"] == "metric"]
    lines = [list(_lines(aws, graph["properties"], span)) for graph in graphs]
    # A row of which nothing is known is as high as its title.
    heights = dict.fromkeys(sorted(graph["y"] for graph in graphs), _TITLE)
    heights |= {graph["y"]: _HEIGHT for graph, drawn in zip(graphs, lines, strict=True) if any(x.points for x in drawn)}
    tops = dict(zip(heights, accumulate(heights.values(), lambda at, height: at + height + _MARGIN), strict=True))
    parts = []
    for graph, drawn in zip(graphs, lines, strict=True):
        left = _MARGIN + (graph["x"] > 0) * (_WIDTH + _MARGIN)
        height = heights[graph["y"]]
        parts.append(_graph(graph["properties"], drawn, span, (left, tops[graph["y"]] - height + _MARGIN), height))
    width, height = 2 * _WIDTH + 3 * _MARGIN, max(tops.values()) + 4 * _MARGIN
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    style = 'font-family="Helvetica, Arial, sans-serif" font-size="11" fill="#333"'
    said = _text(_MARGIN, height - _MARGIN, source)
    back = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{back}\n' + "\n".join([*parts, said]) + "\n</svg>\n"
    )


def _lines(aws: Aws, graph: Mapping[str, Any], span: Span) -> Iterator[Line]:
    for namespace, name, *rest in graph["metrics"]:
        options = rest.pop()
        dimensions = dict(zip(rest[::2], rest[1::2], strict=True))
        region = options.get("region", graph["region"])
        points = _measured(aws, region, namespace, name, dimensions, options["stat"], span)
        if not points and namespace == LOGGED:
            points = _summed_up(_logged(aws, region, name, dimensions, span), options["stat"], span)
        yield Line(options["label"], points)


def _measured(
    aws: Aws, region: str, namespace: str, name: str, dimensions: Mapping[str, str], stat: str, span: Span
) -> list[Point]:
    percentile = stat.startswith("p")
    found = aws.client("cloudwatch", region).get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=span.start,
        EndTime=span.end,
        Period=span.period,
        **{"ExtendedStatistics" if percentile else "Statistics": [stat]},
    )["Datapoints"]
    values = [(point["Timestamp"].timestamp(), point.get("ExtendedStatistics", point).get(stat)) for point in found]
    return sorted((when, float(value)) for when, value in values if value is not None)


def _logged(aws: Aws, region: str, name: str, dimensions: Mapping[str, str], span: Span) -> list[Point]:
    pages = aws.client("logs", region).get_paginator("filter_log_events")
    group = f"/aws/lambda/{dimensions['function']}"
    begin, end = (int(when.timestamp() * 1000) for when in (span.start, span.end))
    points = []
    for page in pages.paginate(logGroupName=group, startTime=begin, endTime=end, filterPattern=f'"{name}"'):
        for event in page["events"]:
            line = json.loads(event["message"]) if event["message"].startswith('{"_aws"') else {}
            if name in line and all(line.get(key) == value for key, value in dimensions.items()):
                points.append((event["timestamp"] / 1000, float(line[name])))
    return sorted(points)


def _summed_up(points: Sequence[Point], stat: str, span: Span) -> list[Point]:
    """One point for each period, as CloudWatch makes of what it takes from a log."""
    periods: dict[float, list[float]] = {}
    for when, value in points:
        periods.setdefault(when - when % span.period, []).append(value)
    return [(when, _statistic(sorted(values), stat)) for when, values in periods.items()]


def _statistic(values: Sequence[float], stat: str) -> float:
    if stat == "Sum":
        return sum(values)
    if stat == "Average":
        return sum(values) / len(values)
    if stat == "Minimum":
        return values[0]
    share = 1.0 if stat == "Maximum" else float(stat.removeprefix("p")) / 100
    return values[min(len(values) - 1, int(share * len(values)))]


def _graph(graph: Mapping[str, Any], lines: Sequence[Line], span: Span, place: tuple[float, float], tall: float) -> str:
    left, top = place
    drawn = [line for line in lines if line.points]
    most = max((value for line in drawn for _, value in line.points), default=0) or 1
    x0, y0, width, height = left + 8, top + 38, _WIDTH - 60, _HEIGHT - 50
    begin, seconds = span.start.timestamp(), (span.end - span.start).total_seconds()
    parts = [
        f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{tall}" fill="none" stroke="#ccc"/>',
        _text(left + 8, top + 15, graph["title"], "bold"),
    ]
    if not drawn:
        return "\n".join([*parts, _text(left + _WIDTH - 50, top + 15, "no data", fill="#999")])
    parts.append(f'<path d="M{x0} {y0 + height}h{width}" stroke="#ccc"/>')
    legend = left + 8.0
    for number, line in enumerate(drawn):
        color = _COLORS[number % len(_COLORS)]
        # A period may begin before the span: its point is at the edge.
        spots = [
            (x0 + width * max(0.0, at - begin) / seconds, y0 + height * (1 - value / most)) for at, value in line.points
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.8" fill="{color}"/>' for x, y in spots]
        parts.append(_text(legend, top + 30, line.label, fill=color))
        legend += 6.2 * len(line.label) + 12
    parts += [_text(x0 + width + 4, y0 + 4, f"{most:g}"[:8]), _text(x0 + width + 4, y0 + height, "0")]
    return "\n".join(parts)


def _text(x: float, y: float, text: str, weight: str = "normal", fill: str = "#333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-weight="{weight}" fill="{fill}">{escape(text)}</text>'


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; reads `terraform output -json` from standard input.

    Returns:
        0, or 2 if there is no dashboard or AWS is not to be asked.
    """
    parser = argparse.ArgumentParser(prog="python -m ops.dashboard", description="Draw the deployed dashboard.")
    parser.add_argument("file", type=Path, help="the SVG file to write")
    parser.add_argument("--minutes", type=_minutes, default=5, help="how far to look back (%(default)g)")
    given = parser.parse_args(arguments)
    try:
        return _draw(given.file, given.minutes, sys.stdin.read())
    except (NotDeployedError, OSError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2


def _draw(file: Path, minutes: float, text: str) -> int:
    stack, outputs = Deployment.read(text), json.loads(text)
    monitoring = outputs.get("monitoring", {}).get("value")
    if not monitoring:
        raise NotDeployedError("no dashboard is deployed; run: TF_VAR_monitoring={} make deploy")
    aws, end = Aws(os.environ), dt.datetime.now(dt.UTC)
    cloud = "the embedded cloud, which has no metrics of DSQL, EventBridge and SQS" if aws.endpoint else "AWS"
    source = f"Source: {minutes:g} minutes of a run on {cloud}, until {end:%Y-%m-%d %H:%M} UTC."
    span = Span(end - dt.timedelta(minutes=minutes), end)
    drawn = picture(aws, monitoring["dashboard_name"], stack.primary.region, span, source)
    file.write_text(drawn, encoding="utf-8")
    sys.stdout.write(f"wrote {file}\n")
    return 0


def _minutes(text: str) -> float:
    return between(text, 1, 60 * 24 * 455)  # CloudWatch keeps what it measured for 15 months


if __name__ == "__main__":
    sys.exit(main())
