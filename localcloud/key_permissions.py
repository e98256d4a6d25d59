"""What a KMS key's policy lets AWS services do, and what encryption with a key asks of whoever sends.

A queue or topic on a customer's key takes a message only from who may use this key through its service:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html and
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html. MiniStack keeps the key and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import kms, sns, sqs

from localcloud.settings import ACCOUNT

TO_SEND = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True)
class Key:
    """A customer's key that something is encrypted with.

    Args:
        arn: of the key; of what it was called by where there is no such key.
        policy: its policy, which lets nobody in where there is no such key.
        via: value of `kms:ViaService` for what is encrypted with it.
    """

    arn: str
    policy: Any
    via: str


def key_of(arn: str) -> Key | None:
    """The key of a queue or topic; None where it is on a key of AWS's."""
    _, _, service, region, _, _ = arn.split(":", 5)
    kept = sqs._queue_by_arn(arn) if service == "sqs" else sns._topics.get_scoped(ACCOUNT, region, arn)
    name = (kept or {}).get("attributes", {}).get("KmsMasterKeyId")
    if service not in ("sns", "sqs") or not name or name.startswith("alias/aws/"):
        return None
    identifier = name.rpartition("/")[2]
    if "alias/" in name:
        alias = f"arn:aws:kms:{region}:{ACCOUNT}:alias/{name.partition('alias/')[2]}"
        identifier = kms._aliases.get_scoped(ACCOUNT, region, alias)
    record = kms._keys.get_scoped(ACCOUNT, region, identifier) or {}
    usable = record.get("KeyState") == "Enabled"
    return Key(record.get("Arn", name), record.get("Policy") if usable else None, f"{service}.{region}.amazonaws.com")


def service_may(key: Key, service: str, actions: Iterable[str], condition_keys: Mapping[str, Any]) -> bool:
    """Whether a key's policy lets a service do all actions; condition keys in lower case."""
    return all(
        iam_evaluator.evaluate_resource_policy(
            key.policy, _context("*", key, action, condition_keys), service=service
        ).decision
        == "Allow"
        for action in actions
    )


def service_may_send(arn: str, service: str, source_arn: str) -> bool:
    """Whether a service may, for the resource `source_arn`, encrypt what it sends to a queue or topic."""
    key = key_of(arn)
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": ACCOUNT}
    return key is None or service_may(key, service, TO_SEND, keys)


def role_may_send(arn: str, identity: str, policies: Any, limits: Any) -> bool:
    """Whether a role's session may encrypt what it sends to a queue or topic.

    Args:
        arn: of the queue or topic.
        identity: ARN of the session.
        policies: of the role, parsed.
        limits: its permissions boundary, parsed.
    """
    key = key_of(arn)
    if key is None:
        return True
    for action in TO_SEND:
        context = _context(identity, key, action, {"kms:viaservice": key.via})
        found = iam_evaluator.evaluate(context, policies, *limits)
        found = iam_evaluator.combine_resource_policy(found, context, key.policy, ACCOUNT, required=True, limits=limits)
        if found.decision != "Allow":
            return False
    return True


def _context(principal: str, key: Key, action: str, condition_keys: Mapping[str, Any]) -> iam_evaluator.EvalContext:
    return iam_evaluator.EvalContext(
        principal_arn=principal,
        principal_type="Service" if principal == "*" else "AssumedRole",
        principal_account=ACCOUNT,
        action=action,
        resource_arn=key.arn,
        region=key.arn.split(":")[3] if key.arn.startswith("arn:") else "",
        service_context=dict(condition_keys),
    )
