"""Checks of who may do what: each role its work and no more, and what AWS's services need of us."""

from __future__ import annotations

import json
from typing import Any

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import CONTENT, Deployment, Side

_REDEPLOY = "a policy was changed by hand: run `make deploy` again"


def roles(aws: Aws, stack: Deployment, side: Side) -> str:
    """Each role may do its work, and only the migration may connect as admin.

    IAM's own simulator decides, with boundaries and without calling anything:
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    needed = work_of(stack, side)
    for role, work in needed.items():
        for action, resource in work:
            if not _allowed(aws, side, role, action, resource):
                raise CheckFailedError(f"{role} may not {action} on {resource}", "allowed", _REDEPLOY)
    for purpose, role in side.functions.items():
        if purpose != "migrate" and _allowed(aws, side, role, "dsql:DbConnectAdmin", side.cluster_arn):
            raise CheckFailedError(f"{role} may dsql:DbConnectAdmin", "only the migration may", _REDEPLOY)
    return f"{len(needed)} roles may do their work"


def work_of(stack: Deployment, side: Side) -> dict[str, list[tuple[str, str]]]:
    """Action and resource of what each role of a Region is for, by the role's name.

    Args:
        stack: the deployed stack.
        side: one of its Regions.
    """
    relay = side.arn("lambda", f"function:{side.functions['relay']}")
    failed = side.arn("sqs", side.queues["failed"].rpartition("/")[2])
    connect = ("dsql:DbConnect", side.cluster_arn)
    content = {
        side.functions[purpose]: [connect, ("sqs:SendMessage", failed)]
        for purpose in CONTENT
        if purpose in side.functions
    }
    if "notify" in side.functions:
        topic = side.arn("sns", f"{stack.name}-notifications-{side.role}")
        content[side.functions["notify"]].append(("sns:Publish", topic))
    return content | {
        side.functions["consumer"]: [connect, ("sqs:SendMessage", failed)],
        side.functions["migrate"]: [("dsql:DbConnectAdmin", side.cluster_arn)],
        side.functions["relay"]: [connect, ("events:PutEvents", side.bus_arn), ("sqs:SendMessage", failed)],
        side.functions["transactions"]: [
            connect,
            ("dsql:GetCluster", side.cluster_arn),
            ("lambda:InvokeFunction", relay),
        ],
        f"{stack.name}-forward-{side.role}": [("events:PutEvents", stack.other(side).bus_arn)],
        f"{stack.name}-schedule-{side.role}": [("lambda:InvokeFunction", relay)],
    }


def services(aws: Aws, stack: Deployment, side: Side) -> str:
    """Functions let in the rules that target them, the bus the other Region's role, the queue dead letters of rules."""
    consumer = side.functions["consumer"]
    rule = side.arn("events", f"rule/{side.bus}/{side.receive_rule}")
    _require(_function_policy(aws, side, consumer), rule, f"the policy of {consumer}", f"the rule {side.receive_rule}")
    for purpose in CONTENT:
        if function := side.functions.get(purpose):
            name = f"{stack.name}-{purpose}-in-{side.role}"
            rule = side.arn("events", f"rule/{side.bus}/{name}")
            _require(_function_policy(aws, side, function), rule, f"the policy of {function}", f"the rule {name}")
    bus = aws.client("events", side.region).describe_event_bus(Name=side.bus).get("Policy")
    peer = f"{stack.name}-forward-{stack.other(side).role}"
    _require(bus, f":role/{peer}", f"the policy of the bus {side.bus}", f"the role {peer}")
    queues = aws.client("sqs", side.region)
    attributes = queues.get_queue_attributes(QueueUrl=side.queues["undelivered"], AttributeNames=["Policy"])
    queue = attributes.get("Attributes", {}).get("Policy")
    _require(queue, "events.amazonaws.com", "the policy of the queue `undelivered`", "EventBridge")
    return f"{side.receive_rule}, {peer} and dead letters are let in"


def _function_policy(aws: Aws, side: Side, function: str) -> str | None:
    client = aws.client("lambda", side.region)
    try:
        return str(client.get_policy(FunctionName=function)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return None


def _require(document: str | None, what: str, place: str, who: str) -> None:
    statements: list[dict[str, Any]] = json.loads(document)["Statement"] if document else []
    if not any(what in json.dumps(statement) for statement in statements if statement.get("Effect") == "Allow"):
        raise CheckFailedError(f"{place} does not let {who} in", "it does", _REDEPLOY)


def _allowed(aws: Aws, side: Side, role: str, action: str, resource: str) -> bool:
    answer = aws.client("iam", side.region).simulate_principal_policy(
        PolicySourceArn=side.role_arn(role), ActionNames=[action], ResourceArns=[resource]
    )
    return bool(answer["EvaluationResults"][0]["EvalDecision"] == "allowed")
