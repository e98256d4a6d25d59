"""Checks of the events' way: rules, targets, schedule, queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import CONTENT, Deployment, Side

_REDEPLOY = "run `make deploy` again"


def rules(aws: Aws, stack: Deployment, side: Side) -> str:
    """The forward rule targets the other Region's bus, the receive rule the consumer; both are enabled.

    The forward rule takes events of its own Region only, or each would be sent back.
    """
    other, consumer = stack.other(side), side.functions["consumer"]
    forward = _enabled(aws, side, side.forward_rule)
    regions = json.loads(forward["EventPattern"]).get("region")
    if regions != [side.region]:
        raise CheckFailedError(
            f"{side.forward_rule} takes events of {regions or 'every Region'}",
            f"of {side.region} only",
            f"events would be sent back; the pattern was changed by hand: {_REDEPLOY}",
        )
    target = _target(aws, side, side.forward_rule, other.bus_arn)
    role = f"{stack.name}-forward-{side.role}"
    if target.get("RoleArn", "").rpartition("/")[2] != role:
        raise CheckFailedError(f"{side.forward_rule} acts as {target.get('RoleArn')}", f"the role {role}", _REDEPLOY)
    _enabled(aws, side, side.receive_rule)
    _target(aws, side, side.receive_rule, side.arn("lambda", f"function:{consumer}"))
    return f"{side.forward_rule} to the bus in {other.region}, {side.receive_rule} to {consumer}"


def content_rules(aws: Aws, stack: Deployment, side: Side) -> str:
    """Each rule of `event_routing` targets its function, and of the two Regions one handles an event.

    A rule of events of its own Region is enabled in both; one of events of either, in one of them.
    """
    purposes = [purpose for purpose in CONTENT if purpose in side.functions]
    for purpose in purposes:
        rule = _content_rule(aws, stack, side, purpose)
        there = _content_rule(aws, stack, stack.other(side), purpose)
        regions = json.loads(rule["EventPattern"]).get("region")
        enabled = [found["State"] for found in (rule, there)].count("ENABLED")
        wanted = 2 if regions == [side.region] else 1
        if enabled != wanted:
            raise CheckFailedError(
                f"{rule['Name']} is {rule['State']}, that of {stack.other(side).region} {there['State']}",
                f"{wanted} of both ENABLED, for events of {', '.join(regions or ['every Region'])}",
                f"events would be handled by none, or twice: {_REDEPLOY}",
            )
        _target(aws, side, rule["Name"], side.arn("lambda", f"function:{side.functions[purpose]}"))
    return ", ".join(purposes) or "none configured"


def _content_rule(aws: Aws, stack: Deployment, side: Side, purpose: str) -> dict[str, Any]:
    return _rule(aws, side, f"{stack.name}-{purpose}-in-{side.role}")


def _enabled(aws: Aws, side: Side, name: str) -> dict[str, Any]:
    rule = _rule(aws, side, name)
    if rule["State"] != "ENABLED":
        raise CheckFailedError(
            f"{name} is {rule['State']}", "ENABLED", "somebody switched it off: `aws events enable-rule`"
        )
    return rule


def _rule(aws: Aws, side: Side, name: str) -> dict[str, Any]:
    events = aws.client("events", side.region)
    try:
        rule: dict[str, Any] = events.describe_rule(Name=name, EventBusName=side.bus)
    except events.exceptions.ResourceNotFoundException:
        raise CheckFailedError(f"no rule {name}", name, f"it was deleted: {_REDEPLOY}") from None
    return rule


def _target(aws: Aws, side: Side, rule: str, wanted: str) -> Mapping[str, Any]:
    targets = aws.client("events", side.region).list_targets_by_rule(Rule=rule, EventBusName=side.bus)["Targets"]
    found = [target for target in targets if target["Arn"] == wanted]
    if not found:
        seen = [target["Arn"] for target in targets]
        raise CheckFailedError(f"{rule} targets {seen}", wanted, f"the target was removed or changed: {_REDEPLOY}")
    letters = found[0].get("DeadLetterConfig", {}).get("Arn", "")
    queue = side.queues["undelivered"].rpartition("/")[2]
    if letters.rpartition(":")[2] != queue:
        raise CheckFailedError(
            f"dead letters of {rule} go to {letters or 'nowhere'}",
            f"the queue {queue}",
            f"events that are given up would be lost: {_REDEPLOY}",
        )
    target: Mapping[str, Any] = found[0]
    return target


def schedule(aws: Aws, stack: Deployment, side: Side) -> str:
    """The schedule that invokes the relay is enabled."""
    name, relay = f"{stack.name}-relay-{side.role}", side.arn("lambda", f"function:{side.functions['relay']}")
    client = aws.client("scheduler", side.region)
    try:
        found = client.get_schedule(Name=name)
    except client.exceptions.ResourceNotFoundException:
        raise CheckFailedError(f"no schedule {name}", name, f"it was deleted: {_REDEPLOY}") from None
    if found["State"] != "ENABLED" or found["Target"]["Arn"] != relay:
        raise CheckFailedError(
            f"{name} is {found['State']}, target {found['Target']['Arn']}",
            f"ENABLED, target {relay}",
            f"events whose relay was not woken would wait: {_REDEPLOY}",
        )
    return f"{name}, {found['ScheduleExpression']}"


def queues(aws: Aws, _: Deployment, side: Side) -> str:
    """No event was given up and no asynchronous invocation failed for good."""
    client = aws.client("sqs", side.region)
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for purpose, url in side.queues.items():
        try:
            attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        except ClientError as error:
            if "NonExistentQueue" not in error.response["Error"]["Code"]:
                raise
            raise CheckFailedError(f"no queue {purpose}", url, f"it was deleted: {_REDEPLOY}") from None
        count = sum(int(attributes.get(name, 0)) for name in wanted)
        if count:
            raise CheckFailedError(
                f"{count} message(s) in {purpose}",
                "0",
                f"read them at {url}: attribute ERROR_MESSAGE, or the error record",
            )
    return ", ".join(f"{purpose} 0" for purpose in side.queues)


def alarms(aws: Aws, stack: Deployment, side: Side) -> str:
    """No alarm of the application is in ALARM, and none is muted.

    Those without an action are ingredients of others: alone they say nothing.
    """
    pages = aws.client("cloudwatch", side.region).get_paginator("describe_alarms")
    kinds = ["MetricAlarm", "CompositeAlarm"]
    found = [
        alarm
        for page in pages.paginate(AlarmNamePrefix=f"{stack.name}-", AlarmTypes=kinds)
        for alarm in (*page.get("MetricAlarms", []), *page.get("CompositeAlarms", []))
        if alarm.get("AlarmActions")
    ]
    for alarm in found:
        if alarm["StateValue"] == "ALARM":
            raise CheckFailedError(
                f"{alarm['AlarmName']} is in ALARM: {alarm.get('StateReason', '')}",
                "OK",
                alarm.get("AlarmDescription") or "the alarm has no description",
            )
        if not alarm.get("ActionsEnabled", True):
            raise CheckFailedError(
                f"the actions of {alarm['AlarmName']} are off",
                "on",
                "somebody muted it: `aws cloudwatch enable-alarm-actions`",
            )
    waiting = sum(alarm["StateValue"] == "INSUFFICIENT_DATA" for alarm in found)
    return f"{len(found)} alarms, {waiting} without data yet" if found else "none configured"
