"""The dashboard: the primary Region on the left, the secondary on the right, and the way of an event between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infra.function_set import FUNCTIONS
from infra.hcl import Value
from infra.monitoring_alarms import alarms
from infra.monitoring_metrics import Metric, cluster, function, logged, rule, waiting
from infra.placement import OTHER, SIDES, arn, region

COLUMN = 12  # of the 24 that a dashboard is wide
HEIGHT = 6
Lines = Sequence["Line"]


@dataclass(frozen=True)
class Line:
    """One line of a graph.

    Args:
        label: in the legend.
        metric: what is drawn.
        stat: CloudWatch's statistic.
        right: whether it has the right axis.
        side: Region of the metric, where the graph is of both.
    """

    label: str
    metric: Metric
    stat: str = "Sum"
    right: bool = False
    side: str | None = None

    def document(self) -> list[Value]:
        """The line as the dashboard's JSON has it."""
        options: dict[str, Value] = {"label": self.label, "stat": self.stat}
        if self.right:
            options["yAxis"] = "right"
        if self.side:
            options["region"] = f"${{{region(self.side)}}}"
        dimensions = [part for pair in self.metric.dimensions.items() for part in pair]
        return [self.metric.namespace, self.metric.name, *dimensions, options]


@dataclass(frozen=True)
class Row:
    """Two graphs of the same, one for each Region.

    Args:
        title: of both.
        lines: what is drawn of a Region.
        stacked: whether the lines add up.
    """

    title: str
    lines: Callable[[str], Lines]
    stacked: bool = False


def _percentiles(label: str, metric: Metric, *stats: str) -> Lines:
    return [Line(f"{label} {stat}", metric, stat) for stat in stats]


def _of_functions(side: str, metric: str, stat: str) -> Lines:
    return [Line(name, function(side, name, metric), stat) for name in FUNCTIONS]


def _dpus(side: str) -> Lines:
    kinds = {"compute": "ComputeDPU", "read": "ReadDPU", "write": "WriteDPU", "to the peer": "MultiRegionWriteDPU"}
    return [Line(label, cluster(side, name, "usage")) for label, name in kinds.items()]


def _rules(side: str, metric: str, stat: str) -> Lines:
    return [Line(f"{purpose} {metric}", rule(side, purpose, metric), stat) for purpose in ("forward", "receive")]


ROWS = (
    Row(
        "Transactions of the database, conflicts on the right",
        lambda side: [
            Line("all", cluster(side, "TotalTransactions")),
            Line("read only", cluster(side, "ReadOnlyTransactions")),
            Line("conflicts", cluster(side, "OccConflicts"), right=True),
            Line("run again", logged(side, "transactions", "TransactionRetries"), right=True),
        ],
    ),
    Row(
        "Commit latency (ms)",
        lambda side: [Line("CommitLatency", cluster(side, "CommitLatency"), "Average")],
    ),
    Row("Database work (DPU)", _dpus, stacked=True),
    Row(
        "Storage (bytes)",
        lambda side: [Line("ClusterStorageSize", cluster(side, "ClusterStorageSize"), "Maximum")],
    ),
    Row("Functions: errors", lambda side: _of_functions(side, "Errors", "Sum")),
    Row(
        "Functions: duration (ms)",
        lambda side: [
            *_percentiles("transactions", function(side, "transactions", "Duration"), "p50", "p95", "p99"),
            *_percentiles("consumer", function(side, "consumer", "Duration"), "p99"),
            *_percentiles("relay", function(side, "relay", "Duration"), "p99"),
        ],
    ),
    Row("Functions: throttles", lambda side: _of_functions(side, "Throttles", "Sum")),
    Row("Functions: concurrency", lambda side: _of_functions(side, "ConcurrentExecutions", "Maximum"), stacked=True),
    Row(
        "Events that failed",
        lambda side: [*_rules(side, "FailedInvocations", "Sum"), *_rules(side, "InvocationsSentToDlq", "Sum")],
    ),
    Row(
        "Events: from the bus to the target (ms)",
        lambda side: _rules(side, "IngestionToInvocationSuccessLatency", "p99"),
    ),
    Row(
        "Queues (messages)",
        lambda side: [Line(purpose, waiting(side, purpose), "Maximum") for purpose in ("undelivered", "failed")],
    ),
    Row(
        "Circuit breaker (1 is open)",
        lambda side: [
            Line(dependency, logged(side, name, "CircuitOpen", dependency=dependency), "Maximum")
            for name, dependency in (
                ("transactions", "database"),
                ("relay", "event bus"),
                ("transactions", "key service"),
            )
        ],
    ),
    Row(
        "Replication lag: from the write in the other Region to the record here (s)",
        lambda side: _percentiles("lag", logged(side, "consumer", "ReplicationLag"), "p50", "p99"),
    ),
    Row(
        "Outbox: age of the oldest event (s), parked events on the right",
        lambda side: [
            Line("age", logged(side, "transactions", "OutboxOldestAge"), "Maximum"),
            Line("parked", logged(side, "relay", "EventsParked"), right=True),
        ],
    ),
)


def _way(side: str) -> Lines:
    there = OTHER[side]
    return [
        Line("1 requests", function(side, "transactions", "Invocations"), side=side),
        Line("2 relay runs", function(side, "relay", "Invocations"), side=side),
        Line("3 forwarded", rule(side, "forward", "MatchedEvents"), side=side),
        Line("4 received", rule(there, "receive", "MatchedEvents"), side=there),
        Line("5 consumer runs", function(there, "consumer", "Invocations"), side=there),
    ]


def _widget(kind: str, column: int, line: int, height: int, properties: dict[str, Value]) -> Value:
    place = {"x": column * COLUMN, "y": line, "width": COLUMN, "height": height}
    return {"type": kind, **place, "properties": properties}


def _graph(title: str, side: str, lines: Lines, *, stacked: bool = False) -> dict[str, Value]:
    return {
        "title": title,
        "region": f"${{{region(side)}}}",
        "view": "timeSeries",
        "stacked": stacked,
        "period": 60,
        "metrics": [line.document() for line in lines],
        "yAxis": {"left": {"min": 0}, "right": {"min": 0}},
    }


def _states(side: str) -> dict[str, Value]:
    names = [*("both", "serving"), *(alarm.name for alarm in alarms(side))]
    states: list[Value] = [arn("cloudwatch", side, f"alarm:${{var.name}}-{name}-{side}") for name in names]
    return {"title": f"Alarms, ${{{region(side)}}}", "alarms": states}


def dashboard() -> dict[str, Value]:
    """The dashboard's body.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html.
    """
    widgets: list[Value] = []
    for column, side in enumerate(SIDES):
        there = f"${{{region(OTHER[side])}}}"
        here = f"${{{region(side)}}}"
        widgets.append(_widget("alarm", column, 0, 4, _states(side)))
        widgets.append(_widget("metric", column, 4, HEIGHT, _graph(f"Events, {here} to {there}", side, _way(side))))
        for number, row in enumerate(ROWS):
            graph = _graph(f"{row.title}, {here}", side, row.lines(side), stacked=row.stacked)
            widgets.append(_widget("metric", column, 4 + HEIGHT * (number + 1), HEIGHT, graph))
    return {"widgets": widgets}
