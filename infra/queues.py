"""Queues that keep what could not be delivered, until an operator has looked at it."""

import cdktf
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from infra.service_encryption import OFF, OPTIONAL
from infra.suppression import suppress

RETENTION_SECONDS = 14 * 24 * 3600  # the longest that SQS keeps a message


def queue(
    scope: Construct,
    purpose: str,
    side: str,
    provider: cdktf.TerraformProvider,
    *,
    key_arn: str | None = None,
    policy: str | None = None,
) -> None:
    """Add an encrypted queue `<name>-<purpose>-<side>`.

    Args:
        scope: the construct that the queue belongs to.
        purpose: what the messages are: `undelivered` or `failed`.
        side: `primary` or `secondary`.
        provider: AWS provider of that Region.
        key_arn: expression of the KMS key that encrypts the queue; where it is null at plan, SQS's own key does.
        policy: who may send besides roles of the account. Part of the queue, because the provider waits another 25 s
            for a policy that is a resource of its own.
    """
    made = SqsQueue(
        scope,
        f"{purpose}_{side}",
        provider=provider,
        name=f"${{var.name}}-{purpose}-{side}",
        message_retention_seconds=RETENTION_SECONDS,
        kms_master_key_id=key_arn,
        # The provider takes one of both.
        sqs_managed_sse_enabled=cdktf.Token.as_any(f"${{{OFF} ? true : null}}") if key_arn else True,
        policy=policy,
        tags=cdktf.Token.as_string_map("${var.tags}"),
    )
    made.override_logical_id(f"{purpose}_{side}")
    if key_arn:
        suppress(made, CKV_AWS_27=OPTIONAL)
