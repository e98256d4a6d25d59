"""The metrics that alarms and dashboard are about: who keeps them, under which names and dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.events import rule_name

METRICS = "DsqlApplication"  # namespace of what the functions log as metrics: lambda/transactions/logs.py
# AWS's page names ResourceId for the DPU metrics and none for the others; people who read them use ClusterId for all.
DIMENSIONS = {"observability": "ClusterId", "usage": "ResourceId"}


@dataclass(frozen=True)
class Metric:
    """One metric of one Region.

    Args:
        namespace: CloudWatch's namespace.
        name: of the metric.
        dimensions: by name, as expressions.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]


def function(side: str, name: str, metric: str) -> Metric:
    """A metric that Lambda keeps of a function."""
    return Metric("AWS/Lambda", metric, {"FunctionName": f"${{var.name}}-{name}-{side}"})


def logged(side: str, name: str, metric: str, **dimensions: str) -> Metric:
    """A metric that a function logs."""
    return Metric(METRICS, metric, {"function": f"${{var.name}}-{name}-{side}", **dimensions})


def rule(side: str, purpose: str, metric: str) -> Metric:
    """A metric of a rule on the application's bus."""
    return Metric("AWS/Events", metric, {"EventBusName": "${var.name}", "RuleName": rule_name(purpose, side)})


def waiting(side: str, purpose: str) -> Metric:
    """How many messages a queue holds."""
    name = "ApproximateNumberOfMessagesVisible"
    return Metric("AWS/SQS", name, {"QueueName": f"${{var.name}}-{purpose}-{side}"})


def cluster(side: str, metric: str, kind: str = "observability") -> Metric:
    """A metric of the cluster; what its dimension is called, the caller says.

    Args:
        side: `primary` or `secondary`.
        metric: of https://docs.aws.amazon.com/aurora-dsql/latest/userguide/cloudwatch-monitoring.html.
        kind: `usage` for DPUs, else `observability`: that page names a dimension for the former alone.
    """
    dimension = f'${{try(var.monitoring.dsql_dimensions.{kind}, "{DIMENSIONS[kind]}")}}'
    return Metric("AWS/AuroraDSQL", metric, {dimension: f"${{aws_dsql_cluster.{side}.identifier}}"})


def administrators(side: str) -> Metric:
    """How often somebody connected to the cluster as admin; same source as `cluster`."""
    dimensions = {
        "Resource": "DbConnectAdmin",
        "ResourceId": f"cluster/${{aws_dsql_cluster.{side}.identifier}}",
        "Service": "AuroraDSQL",
        "Type": "API",
    }
    return Metric("AWS/Usage", "CallCount", dimensions)
