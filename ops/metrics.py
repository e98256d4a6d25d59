"""The check of the clusters' metrics: which dimension has data, and whether the alarms look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment, Side

NAMESPACE = "AWS/AuroraDSQL"


def have_data(aws: Aws, stack: Deployment, side: Side) -> str:
    """Which dimension the cluster's metrics have, of DPUs (usage) and of the others (observability).

    AWS's page names `ResourceId` for DPUs and none for the others, others say `ClusterId` for all; alarms on the one
    without data never speak. ListMetrics knows what had data in the last two weeks.
    https://docs.aws.amazon.com/aurora-dsql/latest/userguide/cloudwatch-monitoring.html
    """
    client = aws.client("cloudwatch", side.region)
    found: dict[str, set[str]] = defaultdict(set)
    for page in client.get_paginator("list_metrics").paginate(Namespace=NAMESPACE):
        for metric in page["Metrics"]:
            found[_kind(metric)] |= _names(metric, side)
    found = {kind: names for kind, names in found.items() if names}
    if not found:
        return "no metric yet; look again after the first writes"
    pages = client.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{stack.name}-")
    for alarm in (alarm for page in pages for alarm in page["MetricAlarms"]):
        for metric in _looked_at(alarm):
            kind, names = _kind(metric), _names(metric, side)
            if names and kind in found and not names & found[kind]:
                (better, *_) = sorted(found[kind])
                raise CheckFailedError(
                    f"{alarm['AlarmName']} looks at {', '.join(names)}, which has no data; {_told(found)}",
                    f"the dimension {better}",
                    f'set `monitoring = {{ dsql_dimensions = {{ {kind} = "{better}" }} }}` and apply',
                )
    return _told(found)


def _told(found: dict[str, set[str]]) -> str:
    return "; ".join(f"dsql_dimensions.{kind}: {', '.join(sorted(found[kind]))} has data" for kind in sorted(found))


def _kind(metric: dict[str, Any]) -> str:
    return "usage" if metric["MetricName"].endswith("DPU") else "observability"


def _names(metric: dict[str, Any], side: Side) -> set[str]:
    return {given["Name"] for given in metric.get("Dimensions", []) if given["Value"] == side.cluster_identifier}


def _looked_at(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    single = [alarm] if alarm.get("Namespace") else []
    parts = (query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query)
    return (metric for metric in (*single, *parts) if metric["Namespace"] == NAMESPACE)
