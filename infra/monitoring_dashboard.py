"""The dashboard: the primary Region on the left, the secondary on the right, and the way of an event between them."""

from infra import monitoring_api
from infra.alarm import ALWAYS
from infra.function_set import FUNCTIONS
from infra.hcl import Value, expression
from infra.monitoring_alarms import alarms
from infra.monitoring_metrics import Metric, cluster, function, logged, rule, waiting
from infra.monitoring_row import Line, Lines, Row
from infra.placement import OTHER, SIDES, arn, region

COLUMN = 12  # of the 24 that a dashboard is wide
HEIGHT = 6


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
    *monitoring_api.ROWS,
)


def _way(side: str) -> Lines:
    here, there = (f"${{{region(at)}}}" for at in (side, OTHER[side]))
    return [
        Line("1 requests", function(side, "transactions", "Invocations"), region=here),
        Line("2 relay runs", function(side, "relay", "Invocations"), region=here),
        Line("3 forwarded", rule(side, "forward", "MatchedEvents"), region=here),
        Line("4 received", rule(OTHER[side], "receive", "MatchedEvents"), region=there),
        Line("5 consumer runs", function(OTHER[side], "consumer", "Invocations"), region=there),
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
    names = expression(["both", "serving", *(alarm.name for alarm in alarms(side))])
    there = f'concat(["both", "serving"], keys(local.alarms.{side}))'
    state = arn("cloudwatch", side, f"alarm:${{var.name}}-${{name}}-{side}")
    states = f'${{[for name in {names} : "{state}" if contains({there}, name)]}}'
    return {"title": f"Alarms, ${{{region(side)}}}", "alarms": states}


def dashboard() -> dict[str, Value]:
    """The dashboard's body.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html.
    """
    always: list[Value] = []
    parts = {ALWAYS: always}
    for column, side in enumerate(SIDES):
        there = f"${{{region(OTHER[side])}}}"
        here = f"${{{region(side)}}}"
        always.append(_widget("alarm", column, 0, 4, _states(side)))
        way = _graph(f"Events, {here} to {there}", side, _way(side))
        always.append(_widget("metric", column, 4, HEIGHT, way))
        for number, row in enumerate(ROWS):
            graph = _graph(f"{row.title}, {here}", side, row.lines(side), stacked=row.stacked)
            widget = _widget("metric", column, 4 + HEIGHT * (number + 1), HEIGHT, graph)
            parts.setdefault(row.when, []).append(widget)
    optional = [
        f"[for widget in {expression(widgets)} : widget if {when}]" for when, widgets in parts.items() if when != ALWAYS
    ]
    return {"widgets": f"${{concat({', '.join([expression(always), *optional])})}}"}
