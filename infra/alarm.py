"""One alarm as data, of a shape that suits all of them."""

from dataclasses import dataclass, field

from infra.hcl import Value
from infra.monitoring_metrics import Metric

# What a period without data counts as, `treat_missing_data`.
NOT_BREACHING = "notBreaching"
BREACHING = "breaching"
IGNORE = "ignore"
ALWAYS = "true"  # a condition, see `Alarm.when`
# Only an ingredient of the composite alarm `both`: a Region without traffic is quiet, too.
QUIET = "peer-quiet"


@dataclass(frozen=True)
class Alarm:
    """One alarm, in each Region.

    Args:
        name: the alarm's name is `<application>-<name>-<side>`, its section in docs/operations.md `Alarm <name>`.
        about: what is so when it is in ALARM.
        metrics: the metric, or those that `expression` names m1, m2, ...
        statistic: CloudWatch's name of it; `p99` for a percentile.
        threshold: ALARM from this value on, or below it where `below` is set; callers may set another.
        missing: what a period without data counts as.
        reason: why so; goes to the runbook.
        period: seconds of a data point.
        points: ALARM needs as many data points of the last `of`.
        of: see `points`.
        below: whether less than the threshold is the fault.
        expression: metric maths over the metrics.
        serving: whether callers feel it; such an alarm notifies through the Region's composite alarm.
        when: Terraform condition under which the alarm is there, besides `monitoring`; known at plan.
    """

    name: str
    about: str
    metrics: tuple[Metric, ...]
    statistic: str
    threshold: float
    missing: str
    reason: str = field(repr=False)
    period: int = 60
    points: int = 1
    of: int = 1
    below: bool = False
    expression: str | None = None
    serving: bool = False
    when: str = ALWAYS

    def document(self) -> dict[str, Value]:
        """The alarm as a value of `local.alarms`, of one shape for all."""
        single = self.metrics[0] if self.expression is None else None
        queries: list[Value] = []
        if self.expression is not None:
            queries = [
                {"id": "value", "expression": self.expression, "metric": []},
                *(
                    {"id": f"m{number}", "expression": None, "metric": [self._query(metric)]}
                    for number, metric in enumerate(self.metrics, 1)
                ),
            ]
        percentile = self.statistic.startswith("p")
        return {
            "about": self.about,
            "comparison": "LessThanThreshold" if self.below else "GreaterThanOrEqualToThreshold",
            "dimensions": dict(single.dimensions) if single else None,
            "extended_statistic": self.statistic if single and percentile else None,
            "metric_name": single.name if single else None,
            "missing": self.missing,
            "namespace": single.namespace if single else None,
            "notifies": not self.serving and self.name != QUIET,
            "of": self.of,
            "period": self.period if single else None,
            "points": self.points,
            "queries": queries,
            "statistic": self.statistic if single and not percentile else None,
            "threshold": self.threshold,
            "wanted": f"${{{self.when}}}",
        }

    def _query(self, metric: Metric) -> dict[str, Value]:
        return {
            "dimensions": dict(metric.dimensions),
            "name": metric.name,
            "namespace": metric.namespace,
            "period": self.period,
            "stat": self.statistic,
        }
