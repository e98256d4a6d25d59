"""Wakes the relay after a write, so that its event does not wait for the relay's schedule."""

from __future__ import annotations

import time
from typing import Any

from transactions import aws
from transactions.logs import Log

_ANSWER_SECONDS = 1.0  # Lambda takes an event within milliseconds, and the writer's caller waits for it
_REST_SECONDS = 10.0  # no metric tells of it: what comes of it is OutboxOldestAge
_rests: dict[str, float] = {}  # until when a function is not woken, by its name; each execution environment's own


def wake(function_name: str, log: Log, functions: Any = None) -> None:
    """Invoke the relay without waiting for it. A failure is only logged: the schedule runs the relay anyway.

    Where Lambda does not answer it is left alone for _REST_SECONDS, so that not every write waits for nothing.

    Args:
        function_name: the relay.
        log: told of a failure.
        functions: boto3's `lambda` client, or one that answers alike.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    until = _rests.get(function_name)
    # A clock that was set back must not make the rest longer.
    if until is not None and until - _REST_SECONDS <= time.time() < until:
        log.debug("the relay is not woken: Lambda did not answer a moment ago", relay=function_name)
        return
    try:
        # Asked twice at most: the connection of an environment that was frozen may be gone.
        client = functions or aws.client("lambda", connect_seconds=_ANSWER_SECONDS, read_seconds=_ANSWER_SECONDS)
        client.invoke(FunctionName=function_name, InvocationType="Event", Payload=b"{}")
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, BotoCoreError):  # no answer
            _rests[function_name] = time.time() + _REST_SECONDS
        log.warning("the relay was not woken; its schedule will find the event", relay=function_name, error=str(error))
