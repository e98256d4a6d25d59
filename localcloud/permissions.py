"""What AWS services may do on their own or in a role: the checks that MiniStack makes for API calls only."""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.services import eventbridge, iam, lambda_svc, sqs

from localcloud import key_permissions
from localcloud.settings import ACCOUNT

API_GATEWAY = "apigateway.amazonaws.com"
EVENTS = "events.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
SCHEDULER = "scheduler.amazonaws.com"


def role_allows(role_arn: str, service: str, action: str, resource: str, source_arn: str) -> bool:
    """Whether `service`, acting for the resource `source_arn`, may assume the role, and the role allows the action."""
    name = role_arn.rpartition("/")[2]
    role = iam._roles.get_scoped(ACCOUNT, None, name)
    if role is None:
        return False
    trust = _context(f"{role_arn}", "sts:AssumeRole", role_arn, source_arn)
    document = role.get("AssumeRolePolicyDocument")
    if iam_evaluator.evaluate_resource_policy(document, trust, service=service).decision != "Allow":
        return False
    identity = _context(f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{service}", action, resource, source_arn)
    policies = iam_evaluator._gather_role_policies(name, ACCOUNT)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, ACCOUNT)
    if iam_evaluator.evaluate(identity, policies, *limits).decision != "Allow":
        return False
    sends = action in ("sns:Publish", "sqs:SendMessage")
    return not sends or key_permissions.role_may_send(resource, identity.principal_arn, policies, limits)


def function_allows(function_arn: str, service: str, source_arn: str) -> bool:
    """Whether the function's resource policy lets `service` invoke it for the resource `source_arn`."""
    record, _, _ = lambda_svc._get_base_func_record_for_ref(function_arn)
    policy = (record or {}).get("policy")
    return _policy_allows(policy, service, "lambda:InvokeFunction", function_arn, source_arn)


def queue_allows(queue_arn: str, service: str, source_arn: str) -> bool:
    """Whether the queue's policy, and that of its key, let `service` send to it for the resource `source_arn`."""
    allowed = bool(sqs.queue_policy_allows(queue_arn, service, source_arn, ACCOUNT))
    return allowed and key_permissions.service_may_send(queue_arn, service, source_arn)


def bus_allows(bus_arn: str, service: str, source_arn: str) -> bool:
    """Whether the event bus's policy lets `service` put events on it for the resource `source_arn`."""
    spec = parse_arn(bus_arn)
    policy = eventbridge._event_bus_policies.get_scoped(ACCOUNT, spec.region, spec.resource.partition("/")[2])
    return _policy_allows(policy, service, "events:PutEvents", bus_arn, source_arn)


def _policy_allows(policy: Any, service: str, action: str, resource: str, source_arn: str) -> bool:
    context = _context("*", action, resource, source_arn)
    return bool(iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow")


def _context(principal: str, action: str, resource: str, source_arn: str) -> iam_evaluator.EvalContext:
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="Service",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=resource,
        region=source_arn.split(":")[3],
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": ACCOUNT},
    )
