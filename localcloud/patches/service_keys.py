"""Queues and topics on a customer's KMS key ask their senders for it: principals, services, and CloudWatch's alarms.

The sender's own rights are asked for with `kms:ViaService`, as AWS does; MiniStack keeps the key and asks nobody.
See `localcloud/key_permissions.py`, which events and failed invocations go through too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from localcloud import key_permissions
from localcloud.patches import Context

NEEDS = {
    "core.iam_evaluator": ("combine_resource_policy", "enforce", "evaluate", "evaluate_resource_policy"),
    "services.cloudwatch": ("_dispatch_alarm_actions", "_is_sns_action_arn"),
    "services.kms": ("_aliases", "_keys"),
    "services.sns": ("_topics",),
    "services.sqs": ("_queue_by_arn",),
}
_SENDING = ("sns:Publish", "sqs:SendMessage")
_TO_SEND = key_permissions.TO_SEND
_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")


def install(_: Context) -> None:
    """Ask for the key after the right to send; take topics whose key keeps CloudWatch out from an alarm's actions."""
    iam_evaluator.enforce = _enforcing(iam_evaluator.enforce)
    dispatch = cloudwatch._dispatch_alarm_actions

    def dispatch_alarm_actions(alarm: dict[str, Any], *states: Any) -> None:
        dispatch({**alarm, **{name: _reachable(alarm, name) for name in _ACTIONS}}, *states)

    cloudwatch._dispatch_alarm_actions = dispatch_alarm_actions


def _enforcing(enforce: Callable[..., Any]) -> Callable[..., Any]:
    def with_key(
        access_key: str,
        action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        refused = enforce(access_key, action, service, region, resource_arn, service_context)
        if refused or action not in _SENDING or not resource_arn.startswith("arn:"):
            return refused
        key = key_permissions.key_of(resource_arn)
        if key is None:
            return None
        asked = (enforce(access_key, use, "kms", region, key.arn, {"kms:ViaService": key.via}) for use in _TO_SEND)
        return next(filter(None, asked), None)

    return with_key


def _reachable(alarm: dict[str, Any], name: str) -> list[Any]:
    source = alarm.get("AlarmArn") or f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{alarm['AlarmName']}"
    return [
        action
        for action in alarm.get(name) or []
        if not cloudwatch._is_sns_action_arn(action)
        or key_permissions.service_may_send(action, "cloudwatch.amazonaws.com", source)
    ]
