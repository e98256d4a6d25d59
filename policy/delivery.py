"""What delivers events where: rules to buses, functions and queues, and where a failure goes."""

from __future__ import annotations

from collections.abc import Iterator

from policy.plan import Plan, Resource
from policy.values import Unknown

TARGET = "aws_cloudwatch_event_target"
BUS = "aws_cloudwatch_event_bus"
QUEUE = "aws_sqs_queue"
# Argument of each type that names a dead-letter queue, or the destination of a failure.
DEAD_LETTERS = {
    TARGET: "dead_letter_config",
    "aws_lambda_function": "dead_letter_config",
    "aws_lambda_function_event_invoke_config": "destination_config",
    QUEUE: "redrive_policy",
}


def forwards(plan: Plan) -> Iterator[Resource]:
    """Targets that are a bus.

    Args:
        plan: any plan.
    """
    for target in plan.of(TARGET):
        arn = target.values.get("arn")
        if (isinstance(arn, str) and ":event-bus/" in arn) or plan.referred(target, "arn", BUS):
            yield target


def rule_of(plan: Plan, target: Resource) -> list[Resource]:
    """The rule of a target, of the same Region.

    Args:
        plan: holds both.
        target: the target.
    """
    name = target.text("rule")
    same = [
        found
        for found in plan.of("aws_cloudwatch_event_rule")
        if found.region == target.region
        and found.values.get("name") == name
        and found.values.get("event_bus_name") == target.values.get("event_bus_name")
    ]
    if isinstance(name, Unknown) or not same:
        return plan.referred(target, "rule", "aws_cloudwatch_event_rule")
    return same


def buses(plan: Plan, target: Resource) -> tuple[set[str], set[str]]:
    """Addresses of the bus that a target takes from, and of the one that it delivers to.

    Args:
        plan: holds them.
        target: as `forwards` gives it.
    """
    here = {bus.address for bus in plan.referred(target, "event_bus_name", BUS)}
    there = {bus.address for bus in plan.referred(target, "arn", BUS)}
    return here, there


def queues(plan: Plan, *kinds: str, dead_letters: bool = False) -> list[Resource]:
    """Queues that get events, each once.

    Args:
        plan: any plan.
        kinds: what delivers; all types that have dead letters where none is given.
        dead_letters: only those that get what could not be delivered.
    """
    found: dict[str, Resource] = {}
    for kind in kinds or DEAD_LETTERS:
        for resource in plan.of(kind):
            arguments = [DEAD_LETTERS[kind]] if dead_letters else [DEAD_LETTERS[kind], "arn"]
            for argument in arguments:
                found |= {queue.address: queue for queue in plan.referred(resource, argument, QUEUE)}
    return list(found.values())
