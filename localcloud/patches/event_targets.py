"""EventBridge and Scheduler deliveries: across Regions, with permissions, retries and dead-letter queues.

MiniStack drops events for a bus in another Region, tries every other target once, checks no permission, and stores a
target's retry policy and dead-letter queue without using them.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html (the error codes)
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_region, request_scope
from ministack.services import eventbridge, lambda_svc, sns, sqs

from localcloud import permissions, queues
from localcloud.patches import Context
from localcloud.peers import PeerUnreachableError
from localcloud.pending import Job, Pending
from localcloud.settings import ACCOUNT

Record = dict[str, Any]

NEEDS = {
    "services.eventbridge": (
        "_archive_event",
        "_dispatch_event",
        "_dispatch_to_lambda",
        "_event_bus_policies",
        "_event_buses",
        "_invoke_target",
        "_pattern_event_view",
        "_put_permission",
        "json_response",
    ),
    "services.lambda_svc": (
        "_execution_record_for_config",
        "_get_base_func_record_for_ref",
        "_get_func_record_for_ref",
    ),
    "services.sns": ("_topic_by_arn_any_scope",),
    "services.sqs": ("_act_send_message", "_queue_by_arn", "_queue_url_for_account", "queue_policy_allows"),
    "services.iam": ("_roles",),
    "core.iam_evaluator": ("_gather_role_policies", "_permissions_boundary", "evaluate_resource_policy"),
}
_DEFAULT_RETRIES = 185
_DEFAULT_AGE_SECONDS = 86400
_LONGEST_DELAY_SECONDS = 30.0
_ACTIONS = {
    "events": "events:PutEvents",
    "lambda": "lambda:InvokeFunction",
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
}

logger = logging.getLogger("localcloud.events")


class UndeliveredError(Exception):
    """An attempt failed: with EventBridge's error code, and whether another attempt makes sense."""

    def __init__(self, code: str, message: str, *, retry: bool = False) -> None:
        """`code` is one of EventBridge's dead-letter error codes."""
        super().__init__(message)
        self.code, self.retry = code, retry


def install(context: Context) -> None:
    """Replace target invocation; offer to other Regions to put events on buses here."""
    delivery = Delivery(context, eventbridge._invoke_target)
    eventbridge._invoke_target = delivery.accept
    eventbridge._dispatch_to_lambda = _invoke_function
    eventbridge._put_permission = _with_whole_policies(eventbridge._put_permission)
    context.peers.offer("events.receive", receive)
    context.peers.offer("events.resume", delivery.pending.resume)


def receive(bus: str, region: str, record: Record) -> str:
    """Put an event from another Region on a bus of this one. Returns an error code, or nothing."""
    with request_scope(ACCOUNT, region):
        if bus not in eventbridge._event_buses:
            return "NO_RESOURCE"
        received = {**record, "EventBusName": bus}
        view = eventbridge._pattern_event_view(received)
        eventbridge._dispatch_event(received, view)
        eventbridge._archive_event(received, view)
    return ""


class Delivery:
    """Delivers events to targets, each in a thread of its own, as the caller of PutEvents does not wait for it."""

    def __init__(self, context: Context, invoke: Callable[..., None]) -> None:
        """`invoke` is MiniStack's own single attempt."""
        settings = context.settings
        self._peers = context.peers
        self._invoke = invoke
        self._base_seconds = settings.retry_base_seconds
        path = settings.state_directory / "deliveries.json" if settings.regional else None
        self.pending = Pending(self._deliver, path)

    def accept(self, target: Record, event: Record, rule: Record, _view: object = None) -> None:
        """Take an event for a rule's or a schedule's target."""
        self.pending.accept({"target": target, "event": event, "rule": rule, "region": get_region(), "at": time.time()})

    def _deliver(self, job: Job) -> None:
        policy = job["target"].get("RetryPolicy") or {}
        retries = int(policy.get("MaximumRetryAttempts", _DEFAULT_RETRIES))
        expires = job["at"] + int(policy.get("MaximumEventAgeInSeconds", _DEFAULT_AGE_SECONDS))
        attempt = 0
        with request_scope(ACCOUNT, job["region"]):
            while True:
                try:
                    self._attempt(**{key: job[key] for key in ("target", "event", "rule", "region")})
                except UndeliveredError as error:
                    delay = min(self._base_seconds * 2**attempt, _LONGEST_DELAY_SECONDS)
                    if not error.retry or attempt >= retries or time.time() + delay > expires:
                        _to_dead_letters(job, error, attempt, "MaximumRetryAttempts" if attempt >= retries else "")
                        return
                else:
                    return
                time.sleep(delay)
                attempt += 1

    def _attempt(self, target: Record, event: Record, rule: Record, region: str) -> None:
        try:
            spec = parse_arn(target["Arn"])
        except ArnParseError as error:
            raise UndeliveredError("NO_RESOURCE", f"target ARN {target['Arn']} is not valid") from error
        _check_permission(target, rule, spec.service)
        if spec.service == "events" and spec.resource.startswith("event-bus/") and spec.region != region:
            self._to_other_region(event, spec)
            return
        if spec.region != region and spec.service in ("lambda", "sqs", "sns"):
            raise UndeliveredError("NO_RESOURCE", f"target {target['Arn']} must be in Region {region}")
        _check_existence(target["Arn"], spec.service)
        self._invoke(target, event, rule)

    def _to_other_region(self, event: Record, spec: Any) -> None:
        if event.get("_Hops"):
            raise UndeliveredError("THIRD_REGION_HOP_DETECTED", "an event is forwarded to another Region only once")
        record = {key: value for key, value in event.items() if key != "_DispatchPath"} | {"_Hops": 1}
        bus = spec.resource.partition("/")[2]
        try:
            code = self._peers.call(spec.region, "events.receive", bus=bus, region=spec.region, record=record)
        except PeerUnreachableError as error:
            raise UndeliveredError("CONNECTION_FAILURE", str(error), retry=True) from error
        if code:
            raise UndeliveredError(code, f"event bus {spec} does not exist")


def _check_permission(target: Record, rule: Record, service: str) -> None:
    """A schedule, and a rule with a role, act in that role; otherwise the target's own policy decides."""
    source, arn, role = rule.get("Arn", ""), target["Arn"], target.get("RoleArn")
    action = _ACTIONS.get(service)
    if action is None:
        return
    principal = permissions.SCHEDULER if ":schedule/" in source else permissions.EVENTS
    if role or principal == permissions.SCHEDULER:
        allowed = permissions.role_allows(role or "", principal, action, arn, source)
    elif service == "lambda":
        allowed = permissions.function_allows(arn, principal, source)
    elif service == "sqs":
        allowed = sqs._queue_by_arn(arn) is None or permissions.queue_allows(arn, principal, source)
    elif service == "events":
        allowed = permissions.bus_allows(arn, principal, source)
    else:
        allowed = True  # MiniStack's SNS checks the topic's policy itself
    if not allowed:
        raise UndeliveredError("NO_PERMISSIONS", f"{role or principal} may not {action} on {arn} for {source}")


def _check_existence(arn: str, service: str) -> None:
    exists: object = True
    if service == "lambda":
        exists = lambda_svc._get_func_record_for_ref(arn)[0]
    elif service == "sqs":
        exists = sqs._queue_by_arn(arn)
    elif service == "sns":
        exists = sns._topic_by_arn_any_scope(arn)
    elif ":event-bus/" in arn:
        exists = arn.rpartition("/")[2] in eventbridge._event_buses
    if not exists:
        raise UndeliveredError("NO_RESOURCE", f"target {arn} does not exist")


def _to_dead_letters(job: Job, error: UndeliveredError, retries: int, exhausted: str) -> None:
    target, rule = job["target"], job["rule"]
    logger.warning("%s -> %s: given up after %d retries: %s", rule.get("Arn"), target["Arn"], retries, error)
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue:
        return
    source = rule.get("Arn", "")
    if ":schedule/" in source:
        role = target.get("RoleArn", "")
        allowed = permissions.role_allows(role, permissions.SCHEDULER, "sqs:SendMessage", queue, source)
    else:
        allowed = permissions.queue_allows(queue, permissions.EVENTS, source)
    if not allowed:
        logger.warning("%s: dead-letter queue %s does not let it send; the event is lost", source, queue)
        return
    attributes = {
        "RULE_ARN": source,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": error.code,
        "ERROR_MESSAGE": str(error),
        "EXHAUSTED_RETRY_CONDITION": exhausted,
        "RETRY_ATTEMPTS": str(retries),
    }
    body = target.get("Input") or json.dumps(eventbridge._pattern_event_view(job["event"]).event_with_detail())
    queues.send(queue, body, attributes)


def _invoke_function(arn: str, payload: str) -> None:
    """EventBridge invokes asynchronously, so Lambda's own retries and destinations follow (MiniStack: one attempt)."""
    record, config, _ = lambda_svc._get_func_record_for_ref(arn)
    execution = lambda_svc._execution_record_for_config(record, config)
    lambda_svc.invoke_async_with_retry(execution, json.loads(payload))


def _with_whole_policies(put_permission: Callable[[Record], Any]) -> Callable[[Record], Any]:
    """PutPermission with a whole policy, as Terraform's aws_cloudwatch_event_bus_policy sends it."""

    def put(data: Record) -> Any:
        if "Policy" not in data:
            return put_permission(data)
        eventbridge._event_bus_policies[data.get("EventBusName", "default")] = json.loads(data["Policy"])
        return eventbridge.json_response({})

    return put
