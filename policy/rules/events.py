"""Rules on events: none lost, none going round."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from policy.delivery import buses, forwards, queues, rule_of
from policy.errors import PolicyError
from policy.iam import statements
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.values import Unknown

TARGET = "aws_cloudwatch_event_target"
_HOUR = 3600
_ORIGIN = re.compile(r"region|origin", re.IGNORECASE)


@rule(
    "DSQL050",
    Severity.CRITICAL,
    reason="Two rules that forward everything send each event back. EventBridge refuses its second crossing "
    "(THIRD_REGION_HOP_DETECTED), so each event also ends in a dead-letter queue, where real failures go unseen.",
    link=pages.DEAD_LETTERS,
    cure='Add the rule\'s own Region to its pattern: `region = ["us-east-1"]`.',
)
def what_is_forwarded_was_put_here(plan: Plan) -> Iterator[Finding]:
    """A rule that forwards to another bus matches only events of its own Region."""
    for target in forwards(plan):
        for found in rule_of(plan, target):
            given = found.text("event_pattern")
            if isinstance(given, Unknown):
                yield unknown(found, "event_pattern")
            elif problem := _goes_round(_pattern(found, given), found.region):
                yield broken(found, f"forwards to another bus, and its pattern {problem}")


def _pattern(found: Resource, given: str | None) -> dict[str, Any]:
    try:
        pattern = json.loads(given or "{}")
    except (json.JSONDecodeError, RecursionError):
        pattern = None
    if not isinstance(pattern, dict):
        raise PolicyError(f"{found.place}.event_pattern: expected a JSON object, got {str(given)[:60]!r}")
    return pattern


def _goes_round(pattern: dict[str, Any], region: str | None) -> str:
    """What is wrong with the filter; empty where nothing is."""
    detail = pattern.get("detail")
    if isinstance(detail, dict) and any(_ORIGIN.search(key) for key in detail):
        return ""
    allowed = pattern.get("region")
    if not isinstance(allowed, list) or not allowed:
        return "has no `region`"
    for one in allowed:
        if isinstance(one, str) and region is not None and one != region:
            return f"takes events of {one}, not of {region} alone"
        if isinstance(one, dict) and region is not None and region in str(one):
            return f"shuts out {region} itself"
    return ""


@rule(
    "DSQL051",
    Severity.ERROR,
    reason="EventBridge puts events on a bus of another Region only as a role; without one every event fails.",
    link=pages.CROSS_REGION,
    cure="Set `role_arn` to a role that may events:PutEvents on that bus.",
)
def forwards_have_a_role(plan: Plan) -> Iterator[Finding]:
    """Each target on another bus has a role."""
    for target in forwards(plan):
        if target.text("role_arn") is None:
            yield broken(target, "delivers to a bus and has no `role_arn`")


@rule(
    "DSQL052",
    Severity.ERROR,
    on=(TARGET,),
    reason="What EventBridge cannot deliver within its retries is dropped, without a trace.",
    link=pages.DEAD_LETTERS,
    cure="Add `dead_letter_config { arn = ... }` with a queue of the same Region.",
)
def targets_have_a_dead_letter_queue(target: Resource) -> Iterator[Finding]:
    """Each target of a rule has a dead-letter queue."""
    given = target.blocks("dead_letter_config")
    if isinstance(given, Unknown):
        yield unknown(target, "dead_letter_config")
    elif not any(one.get("arn") for one in given):
        yield broken(target, "has no `dead_letter_config`")


@rule(
    "DSQL053",
    Severity.WARNING,
    on=(TARGET,),
    reason="A Region that is gone for an hour would cost all events of it; EventBridge tries for 24 hours unless "
    "told less.",
    link=pages.RETRIES,
    cure="Leave `retry_policy` away, or give it at least 3600 seconds and some attempts.",
)
def targets_are_tried_again(target: Resource) -> Iterator[Finding]:
    """Each target is tried again for at least an hour."""
    given = target.blocks("retry_policy")
    if isinstance(given, Unknown):
        yield unknown(target, "retry_policy")
        return
    for one in given:
        attempts, age = one.get("maximum_retry_attempts"), one.get("maximum_event_age_in_seconds")
        if isinstance(attempts, Unknown) or isinstance(age, Unknown):
            yield unknown(target, "retry_policy")
        elif attempts == 0:
            yield broken(target, "`maximum_retry_attempts` is 0")
        elif isinstance(age, int | float) and 0 < age < _HOUR:
            yield broken(target, f"`maximum_event_age_in_seconds` is {age}, less than an hour")


@rule(
    "DSQL054",
    Severity.ERROR,
    reason="A rule that is off drops what it would match; a schedule that is off never runs. Nothing else tells.",
    link=pages.RULE_STATE,
    cure='Set `state = "ENABLED"`.',
)
def rules_and_schedules_are_on(plan: Plan) -> Iterator[Finding]:
    """Each rule and each schedule is enabled, unless its twin of the other Region takes the events of both."""
    for resource in plan.of("aws_cloudwatch_event_rule", "aws_scheduler_schedule"):
        state = resource.text("state")
        if isinstance(state, Unknown):
            if resource.block is None or resource.block.sets("state"):
                yield unknown(resource, "state")
        elif _is_off(resource) and not _is_stood_in_for(plan, resource):
            yield broken(resource, "is disabled")


def _is_off(resource: Resource) -> bool:
    return resource.values.get("state") == "DISABLED" or resource.values.get("is_enabled") is False


def _is_stood_in_for(plan: Plan, off: Resource) -> bool:
    """Whether a rule of the module in another Region matches the same, what is put in this Region by name."""
    pattern = off.text("event_pattern")
    if not isinstance(pattern, str) or off.region not in (_pattern(off, pattern).get("region") or ()):
        return False
    return any(
        other.module == off.module
        and other.region != off.region
        and other.values.get("event_pattern") == pattern
        and not _is_off(other)
        for other in plan.of("aws_cloudwatch_event_rule")
    )


@rule(
    "DSQL055",
    Severity.ERROR,
    reason="EventBridge reaches a dead-letter queue only in the Region of the rule.",
    link=pages.DEAD_LETTERS,
    cure="Give the target a queue that is created by its own provider.",
)
def dead_letters_stay_in_the_region(plan: Plan) -> Iterator[Finding]:
    """A target's dead-letter queue is in the target's own Region."""
    for target in plan.of(TARGET):
        for queue in plan.referred(target, "dead_letter_config", "aws_sqs_queue"):
            if queue.region is None or target.region is None:
                yield unknown(target, "its Region")
            elif queue.region != target.region:
                yield broken(target, f"is in {target.region}, its dead-letter queue {queue.address} in {queue.region}")


@rule(
    "DSQL056",
    Severity.ERROR,
    misses=True,
    reason="A queue admits EventBridge only by its own policy; without it the event is lost where it should be kept.",
    link=pages.TARGET_PERMISSIONS,
    cure="Give the queue a policy that allows events.amazonaws.com sqs:SendMessage from the rule.",
)
def queues_admit_eventbridge(plan: Plan) -> Iterator[Finding]:
    """Each queue that EventBridge delivers to lets it."""
    for queue in queues(plan, TARGET):
        policies = [queue] if queue.block is not None and queue.block.sets("policy") else []
        policies += [
            one for one in plan.of("aws_sqs_queue_policy") if queue in plan.referred(one, "queue_url", "aws_sqs_queue")
        ]
        given = [(one, one.text("policy")) for one in policies]
        said = [statement for one, text in given if isinstance(text, str) for statement in statements(text, one.place)]
        services = {name for one in said if one.allows and one.covers("sqs:SendMessage") for _, name in one.principals}
        if services & {"events.amazonaws.com", "*"}:
            continue
        if any(isinstance(text, Unknown) for _, text in given):
            yield unknown(queue, "its policy")
        else:
            yield broken(queue, "has no policy that lets events.amazonaws.com send messages")


@rule(
    "DSQL057",
    Severity.ERROR,
    misses=True,
    reason="EventBridge invokes a function only by a permission of the function; without it every event fails.",
    link=pages.TARGET_PERMISSIONS,
    cure="Add an `aws_lambda_permission` for events.amazonaws.com with the rule as `source_arn`.",
)
def functions_admit_eventbridge(plan: Plan) -> Iterator[Finding]:
    """Each function that a rule invokes lets it."""
    permissions = list(plan.of("aws_lambda_permission"))
    for target in plan.of(TARGET):
        for function in plan.referred(target, "arn", "aws_lambda_function"):
            admitted = [
                one
                for one in permissions
                if one.values.get("principal") == "events.amazonaws.com"
                and (
                    one.values.get("function_name")
                    in (function.values.get("function_name"), function.values.get("arn"))
                    or function in plan.referred(one, "function_name", "aws_lambda_function")
                )
            ]
            if not any(one.region == function.region for one in admitted):
                yield broken(target, f"invokes {function.address}, which has no permission for events.amazonaws.com")


@rule(
    "DSQL058",
    Severity.WARNING,
    misses=True,
    reason="Each side writes; with one way only, the other Region never hears of half of the events.",
    link=pages.CROSS_REGION,
    cure="Add the rule and the target of the other Region.",
)
def events_go_both_ways(plan: Plan) -> Iterator[Finding]:
    """Where events go from one bus to another, they go back from there too."""
    ways = {
        (one, other) for target in forwards(plan) for one in buses(plan, target)[0] for other in buses(plan, target)[1]
    }
    for target in forwards(plan):
        here, there = buses(plan, target)
        for one in here:
            for other in there:
                if (other, one) not in ways:
                    yield broken(target, f"forwards to {other}, which forwards nothing back")


@rule(
    "DSQL060",
    Severity.WARNING,
    reason="A message that nobody looked at over a long weekend is gone.",
    link=pages.QUEUE_RETENTION,
    cure="Set `message_retention_seconds = 1209600`, the 14 days that SQS keeps at most.",
)
def dead_letters_are_kept(plan: Plan) -> Iterator[Finding]:
    """Each dead-letter queue keeps its messages for at least a week."""
    for queue in queues(plan, dead_letters=True):
        kept = queue.number("message_retention_seconds")
        if isinstance(kept, Unknown):
            yield unknown(queue, "message_retention_seconds")
        elif kept is None or kept < 7 * 24 * _HOUR:
            yield broken(queue, f"`message_retention_seconds` is {'not set' if kept is None else kept}")


@rule(
    "DSQL061",
    Severity.WARNING,
    reason="An undelivered event has everything that the transaction had.",
    link=pages.QUEUE_ENCRYPTION,
    cure="Set `sqs_managed_sse_enabled = true`, or a key in `kms_master_key_id`.",
)
def queues_are_encrypted(plan: Plan) -> Iterator[Finding]:
    """Each queue that holds events is encrypted."""
    for queue in queues(plan):
        if queue.flag("sqs_managed_sse_enabled") is False and not queue.values.get("kms_master_key_id"):
            yield broken(queue, "`sqs_managed_sse_enabled` is false, and there is no `kms_master_key_id`")
