"""Functions, who may invoke them, when they run, and where their lines go."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from delivery.kinds.kind import Client, Existing, Kind, Values


def _function(client: Client, values: Values) -> Existing | None:
    found = client("lambda").get_function_configuration(FunctionName=values["function_name"])
    # Lambda tells only the last change; that of a function made in an interrupted apply is not older than the apply.
    return Existing(values["function_name"], datetime.fromisoformat(found["LastModified"]))


def _invoke_configuration(client: Client, values: Values) -> Existing | None:
    found = client("lambda").get_function_event_invoke_config(FunctionName=values["function_name"])
    return Existing(values["function_name"], found.get("LastModified"))


def _permission(client: Client, values: Values) -> Existing | None:
    function = _function(client, values)
    policy = json.loads(client("lambda").get_policy(FunctionName=values["function_name"])["Policy"])
    if function is None or all(one.get("Sid") != values["statement_id"] for one in policy["Statement"]):
        return None
    return Existing(f"{values['function_name']}/{values['statement_id']}", function.created)


def _log_group(client: Client, values: Values) -> Existing | None:
    groups = client("logs").describe_log_groups(logGroupNamePrefix=values["name"])["logGroups"]
    created = [group["creationTime"] for group in groups if group["logGroupName"] == values["name"]]
    return Existing(values["name"], datetime.fromtimestamp(created[0] / 1000, UTC)) if created else None


def _schedule(client: Client, values: Values) -> Existing | None:
    group = values.get("group_name") or "default"
    schedule = client("scheduler").get_schedule(GroupName=group, Name=values["name"])
    return Existing(f"{group}/{values['name']}", schedule.get("CreationDate"))


KINDS = {
    "aws_cloudwatch_log_group": Kind(_log_group, ("name",)),
    "aws_lambda_function": Kind(_function, ("function_name",)),
    "aws_lambda_function_event_invoke_config": Kind(_invoke_configuration, ("function_name",), along=True),
    "aws_lambda_permission": Kind(_permission, ("function_name", "statement_id")),
    "aws_scheduler_schedule": Kind(_schedule, ("name",)),
}
