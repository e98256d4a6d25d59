"""Sending to SQS queues from inside the cloud, as AWS services do."""

from __future__ import annotations

from collections.abc import Mapping

from ministack.core.responses import request_scope
from ministack.services import sqs

from localcloud.settings import ACCOUNT


def send(queue_arn: str, body: str, attributes: Mapping[str, str]) -> bool:
    """Put a message with string attributes on a queue. Returns False if there is no such queue."""
    queue = sqs._queue_by_arn(queue_arn)
    if queue is None:
        return False
    region, name = queue_arn.split(":")[3], queue_arn.rpartition(":")[2]
    message: dict[str, object] = {
        "QueueUrl": sqs._queue_url_for_account(ACCOUNT, name),
        "MessageBody": body,
        "MessageAttributes": {
            key: {"DataType": "String", "StringValue": value} for key, value in attributes.items() if value
        },
    }
    if queue["is_fifo"]:
        message["MessageGroupId"] = "aws"
    with request_scope(ACCOUNT, region):
        sqs._act_send_message(message, message["QueueUrl"])
    return True
