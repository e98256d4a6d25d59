"""CloudWatch alarms over the Query protocol, which Terraform and the AWS CLI use.

MiniStack drops metric maths and some actions from PutMetricAlarm and shows a part of an alarm only, so every plan
would change it. Requests are turned into the JSON form, which MiniStack handles in full, and answers written in full.
"""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from localcloud.patches import Context

Parameters = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "services.cloudwatch": ("_alarms", "_describe_alarms", "_put_metric_alarm", "_ts_iso", "_xml", "handle_request"),
}
_NUMBERS = ("Period", "EvaluationPeriods", "DatapointsToAlarm")
_KEPT = ("Metrics", "EvaluateLowSampleCountPercentile", "ThresholdMetricId")
_TIMES = ("StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp", "StateTransitionedTimestamp")


def install(_: Context) -> None:
    """Replace the two operations."""
    put, describe = cloudwatch._put_metric_alarm, cloudwatch._describe_alarms

    def put_metric_alarm(parameters: Parameters, data: Parameters, is_cbor: bool, is_json: bool = False) -> Response:
        query = not (is_cbor or is_json)
        request = _request(parameters) if query else data
        answer: Response = put({}, request, is_cbor, is_json or query)
        if answer[0] != 200:
            return _typed(put(parameters, data, False, False)) if query else answer
        _complete(cloudwatch._alarms[request["AlarmName"]], request)
        return _typed(cloudwatch._xml(200, "PutMetricAlarmResponse", "")) if query else answer

    def describe_alarms(parameters: Parameters, data: Parameters, is_cbor: bool, is_json: bool = False) -> Response:
        if is_cbor or is_json:
            return _typed(describe(parameters, data, is_cbor, is_json))
        status, _, body = describe({}, _request(parameters), False, True)
        if status != 200:
            return _typed(describe(parameters, data, False, False))
        return _typed(cloudwatch._xml(200, "DescribeAlarmsResponse", _alarms_xml(json.loads(body))))

    cloudwatch._put_metric_alarm, cloudwatch._describe_alarms = put_metric_alarm, describe_alarms


def _typed(answer: Any) -> Response:
    status, headers, body = answer
    return status, headers, body


def _request(parameters: Parameters) -> Parameters:
    """Query parameters (`Metrics.member.1.Id=a`) as the structure that they stand for."""
    tree: Parameters = {}
    for name, value in parameters.items():
        node = tree
        *path, leaf = name.split(".")
        for part in path:
            node = node.setdefault(part, {})
        node[leaf] = value[0] if isinstance(value, list) else value
    request = {name: _structure(node) for name, node in tree.items()}
    for name in _NUMBERS:
        if name in request:
            request[name] = int(request[name])
    if "ActionsEnabled" in request:
        request["ActionsEnabled"] = request["ActionsEnabled"] == "true"
    return request


def _structure(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"} and isinstance(node["member"], dict):
        members = node["member"]
        return [_structure(members[index]) for index in sorted(members, key=int)]
    return {name: _structure(child) for name, child in node.items()}


def _complete(alarm: Parameters, request: Parameters) -> None:
    alarm.update({name: request[name] for name in _KEPT if request.get(name)})
    if request.get("Metrics") or request.get("ExtendedStatistic"):
        alarm["Statistic"] = None
    if request.get("Metrics"):
        alarm["Period"] = None


def _alarms_xml(answer: Parameters) -> str:
    for kind in ("MetricAlarms", "CompositeAlarms"):
        answer[kind] = [_with_times(alarm) for alarm in answer[kind]]
    return (
        f"<DescribeAlarmsResult>{''.join(_xml(value, name) for name, value in answer.items())}</DescribeAlarmsResult>"
    )


def _with_times(alarm: Parameters) -> Parameters:
    times = {name: cloudwatch._ts_iso(alarm[name]) for name in _TIMES if isinstance(alarm.get(name), int | float)}
    return {**alarm, **times}


def _xml(value: Any, tag: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, dict):
        text = "".join(_xml(child, name) for name, child in value.items())
    elif isinstance(value, list):
        text = "".join(_xml(child, "member") for child in value)
    else:
        text = escape(str(value))
    return f"<{tag}>{text}</{tag}>"
