"""Look up whether an object that Terraform is about to create exists already, and how it is imported.

One function per resource type whose creation fails, or makes a second one, when the object is there. The other types of
the stack (policies, rules, targets) are put: creating them again changes nothing.
Import ids: the section Import of each page of https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

_ABSENT = ("NoSuchEntity", "NotFound", "NonExistent", "DoesNotExist")
Client = Callable[[str], Any]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Existing:
    """An object that exists.

    Args:
        identifier: what `terraform import` takes.
        created: when it was made; None where AWS does not tell.
    """

    identifier: str
    created: datetime | None


def find(kind: str, client: Client, values: Values) -> Existing | None:
    """Look for the object that a planned resource describes.

    Args:
        kind: resource type, for example `aws_iam_role`.
        client: gives a boto3 client of the resource's Region for a service.
        values: the planned values, `after` in the plan.

    Returns:
        The object; None if it does not exist or the type needs no look.

    Raises:
        botocore.exceptions.ClientError: AWS refuses the look.
    """
    known = KINDS.get(kind)
    if known is None or any(values.get(name) is None for name in known.needs):
        return None
    try:
        return known.look(client, values)
    except ClientError as error:
        if any(word in error.response["Error"]["Code"] for word in _ABSENT):
            return None
        raise


def _role(client: Client, values: Values) -> Existing | None:
    role = client("iam").get_role(RoleName=values["name"])["Role"]
    return Existing(values["name"], role["CreateDate"])


def _log_group(client: Client, values: Values) -> Existing | None:
    groups = client("logs").describe_log_groups(logGroupNamePrefix=values["name"])["logGroups"]
    created = [group["creationTime"] for group in groups if group["logGroupName"] == values["name"]]
    return Existing(values["name"], datetime.fromtimestamp(created[0] / 1000, UTC)) if created else None


def _function(client: Client, values: Values) -> Existing | None:
    found = client("lambda").get_function_configuration(FunctionName=values["function_name"])
    # Lambda tells only the last change; that of a function made in an interrupted apply is not older than the apply.
    return Existing(values["function_name"], datetime.fromisoformat(found["LastModified"]))


def _permission(client: Client, values: Values) -> Existing | None:
    policy = json.loads(client("lambda").get_policy(FunctionName=values["function_name"])["Policy"])
    if all(statement.get("Sid") != values["statement_id"] for statement in policy["Statement"]):
        return None
    return Existing(f"{values['function_name']}/{values['statement_id']}", None)


def _bus(client: Client, values: Values) -> Existing | None:
    bus = client("events").describe_event_bus(Name=values["name"])
    return Existing(values["name"], bus.get("CreationTime"))


def _queue(client: Client, values: Values) -> Existing | None:
    queues = client("sqs")
    url = queues.get_queue_url(QueueName=values["name"])["QueueUrl"]
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    return Existing(url, datetime.fromtimestamp(float(attributes["CreatedTimestamp"]), UTC))


def _schedule(client: Client, values: Values) -> Existing | None:
    group = values.get("group_name") or "default"
    schedule = client("scheduler").get_schedule(GroupName=group, Name=values["name"])
    return Existing(f"{group}/{values['name']}", schedule.get("CreationDate"))


def _alias(client: Client, values: Values) -> Existing | None:
    for page in client("kms").get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias["AliasName"] == values["name"]:
                return Existing(values["name"], alias.get("CreationDate"))
    return None


def _cluster(client: Client, values: Values) -> Existing | None:
    name = (values.get("tags") or {}).get("Name")
    found = [cluster for cluster in _clusters(client) if name and cluster.get("tags", {}).get("Name") == name]
    if not found:
        return None
    newest = max(found, key=lambda cluster: cluster["creationTime"])
    return Existing(newest["identifier"], newest["creationTime"])


def _peering(client: Client, values: Values) -> Existing | None:
    """A cluster that is linked already: provider 5.100 crashes if it is to be linked again."""
    identifier = values["identifier"]
    cluster = client("dsql").get_cluster(identifier=identifier)
    peers = [arn for arn in cluster.get("multiRegionProperties", {}).get("clusters", []) if arn != cluster["arn"]]
    return Existing(identifier, None) if peers else None


def _clusters(client: Client) -> Iterator[dict[str, Any]]:
    dsql = client("dsql")
    for page in dsql.get_paginator("list_clusters").paginate():
        for listed in page["clusters"]:
            cluster = dsql.get_cluster(identifier=listed["identifier"])
            if cluster["status"] not in ("DELETING", "DELETED", "PENDING_DELETE", "FAILED"):
                tags = dsql.list_tags_for_resource(resourceArn=cluster["arn"]).get("tags", {})
                yield {**cluster, "tags": tags}


@dataclass(frozen=True)
class _Kind:
    look: Callable[[Client, Values], Existing | None]
    needs: tuple[str, ...]  # planned values without which nothing can be looked up


KINDS = {
    "aws_cloudwatch_event_bus": _Kind(_bus, ("name",)),
    "aws_cloudwatch_log_group": _Kind(_log_group, ("name",)),
    "aws_dsql_cluster": _Kind(_cluster, ("tags",)),
    "aws_dsql_cluster_peering": _Kind(_peering, ("identifier",)),
    "aws_iam_role": _Kind(_role, ("name",)),
    "aws_kms_alias": _Kind(_alias, ("name",)),
    "aws_lambda_function": _Kind(_function, ("function_name",)),
    "aws_lambda_permission": _Kind(_permission, ("function_name", "statement_id")),
    "aws_scheduler_schedule": _Kind(_schedule, ("name",)),
    "aws_sqs_queue": _Kind(_queue, ("name",)),
}
