"""What nobody can make again once it is deleted: data, keys, and events that wait.

A bus or a function comes back with the next apply, these do not come back with what they held.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_KINDS = {
    "aws_backup_vault": ("backup vault", "name"),
    "aws_cloudwatch_event_archive": ("archive", "name"),
    "aws_dsql_cluster": ("cluster", "identifier"),
    "aws_kms_key": ("key", "key_id"),
    "aws_kms_replica_key": ("key", "key_id"),
    "aws_sqs_queue": ("queue", "name"),
}


def of_state(resources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Those in a state: `cluster abc in us-east-1 (module.application.aws_dsql_cluster.primary)`.

    Args:
        resources: of the state, as `terraform show -json` prints them.
    """
    return [_line(found, found["values"]) for found in resources if found["type"] in _KINDS]


def of_plan(document: Mapping[str, Any]) -> list[str]:
    """Those that a plan deletes or replaces.

    Args:
        document: the plan, as `terraform show -json` prints it.
    """
    changes = document.get("resource_changes", [])
    lost = [found for found in changes if found["type"] in _KINDS and "delete" in found["change"]["actions"]]
    return [_line(found, found["change"]["before"]) for found in lost]


def _line(found: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    word, name = _KINDS[found["type"]]
    return f"{word} {values[name]} in {values['arn'].split(':')[3]} ({found['address']})"
