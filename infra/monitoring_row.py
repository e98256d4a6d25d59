"""What the dashboard draws: lines, and rows of a graph for each Region."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from infra.alarm import ALWAYS
from infra.hcl import Value
from infra.monitoring_metrics import Metric

Lines = Sequence["Line"]


@dataclass(frozen=True)
class Line:
    """One line of a graph.

    Args:
        label: in the legend.
        metric: what is drawn.
        stat: CloudWatch's statistic.
        right: whether it has the right axis.
        region: expression or name of the metric's Region, where it is not the graph's.
    """

    label: str
    metric: Metric
    stat: str = "Sum"
    right: bool = False
    region: str | None = None

    def document(self) -> list[Value]:
        """The line as the dashboard's JSON has it."""
        options: dict[str, Value] = {"label": self.label, "stat": self.stat}
        if self.right:
            options["yAxis"] = "right"
        if self.region:
            options["region"] = self.region
        dimensions = [part for pair in self.metric.dimensions.items() for part in pair]
        return [self.metric.namespace, self.metric.name, *dimensions, options]


@dataclass(frozen=True)
class Row:
    """Two graphs of the same, one for each Region.

    Args:
        title: of both.
        lines: what is drawn of a Region.
        stacked: whether the lines add up.
        when: Terraform condition under which the row is there; such rows come last.
    """

    title: str
    lines: Callable[[str], Lines]
    stacked: bool = False
    when: str = ALWAYS
