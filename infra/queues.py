"""Queues that keep what could not be delivered, until an operator has looked at it."""

import cdktf
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

RETENTION_SECONDS = 14 * 24 * 3600  # the longest that SQS keeps a message


def queue(
    scope: Construct, purpose: str, side: str, provider: cdktf.TerraformProvider, *, policy: str | None = None
) -> None:
    """Add an encrypted queue `<name>-<purpose>-<side>`.

    Args:
        scope: the construct that the queue belongs to.
        purpose: what the messages are: `undelivered` or `failed`.
        side: role of the Region.
        provider: AWS provider of that Region.
        policy: who may send besides roles of the account. Part of the queue, because the provider waits another 25 s
            for a policy that is a resource of its own.
    """
    SqsQueue(
        scope,
        f"{purpose}_{side}",
        provider=provider,
        name=f"${{var.name}}-{purpose}-{side}",
        message_retention_seconds=RETENTION_SECONDS,
        sqs_managed_sse_enabled=True,
        policy=policy,
        tags=cdktf.Token.as_string_map("${var.tags}"),
    ).override_logical_id(f"{purpose}_{side}")
