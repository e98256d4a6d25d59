"""Wakes the relay after a write, so that its event does not wait for the relay's schedule."""

from __future__ import annotations

from typing import Any

from transactions import aws
from transactions.logs import Log


def wake(function_name: str, log: Log, functions: Any = None) -> None:
    """Invoke the relay without waiting for it. A failure is only logged: the schedule runs the relay anyway.

    Args:
        function_name: the relay.
        log: told of a failure.
        functions: boto3's `lambda` client, or one that answers alike.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        (functions or aws.client("lambda")).invoke(FunctionName=function_name, InvocationType="Event", Payload=b"{}")
    except (BotoCoreError, ClientError) as error:
        log.warning("the relay was not woken; its schedule will find the event", relay=function_name, error=str(error))
