"""Tells the subscribers of this Region's SNS topic of a transaction.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
from typing import Any

from transactions import aws
from transactions.errors import PublishError
from transactions.events import TransactionCreated


def publish(topic_arn: str, event: TransactionCreated, topics: Any = None) -> None:
    """Publish one notification. Subscribers filter by the attribute `type`, and tell a second copy by `event_id`.

    Args:
        topic_arn: of this Region.
        event: what happened. Accounts are left out: a topic may have subscribers who are not to know them.
        topics: boto3's `sns` client, or one that answers alike.

    Raises:
        PublishError: SNS did not take it.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    message = {
        "event_id": str(event.event_id),
        "transaction_id": event.transaction_id,
        "type": event.type,
        "amount": str(event.amount),
        "currency": event.currency,
        "region": event.region,
        "timestamp": event.timestamp.isoformat(),
    }
    attributes = {"type": {"DataType": "String", "StringValue": event.type}}
    try:
        client = topics or aws.client("sns")
        client.publish(TopicArn=topic_arn, Message=json.dumps(message), MessageAttributes=attributes)
    except (BotoCoreError, ClientError) as error:
        raise PublishError(f"topic {topic_arn} did not take the notification: {error}") from error
