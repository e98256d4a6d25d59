"""Alarms and dashboards."""

from __future__ import annotations

from collections.abc import Callable

from delivery.kinds.kind import Client, Existing, Kind, Values


def _alarm(kind: str) -> Callable[[Client, Values], Existing | None]:
    def look(client: Client, values: Values) -> Existing | None:
        name = values["alarm_name"]
        found = client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
        alarms = found.get(f"{kind.removesuffix('Alarm')}Alarms", [])
        return Existing(name, alarms[0].get("AlarmConfigurationUpdatedTimestamp")) if alarms else None

    return look


def _dashboard(client: Client, values: Values) -> Existing | None:
    client("cloudwatch").get_dashboard(DashboardName=values["dashboard_name"])
    return Existing(values["dashboard_name"], None)


KINDS = {
    "aws_cloudwatch_composite_alarm": Kind(_alarm("CompositeAlarm"), ("alarm_name",)),
    "aws_cloudwatch_dashboard": Kind(_dashboard, ("dashboard_name",)),
    "aws_cloudwatch_metric_alarm": Kind(_alarm("MetricAlarm"), ("alarm_name",)),
}
