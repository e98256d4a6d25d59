"""Wakes the relay after a write, so that its event does not wait for the relay's schedule."""

from __future__ import annotations

from typing import Any

from transactions import aws
from transactions.circuit import THRESHOLD, Circuit
from transactions.errors import CircuitOpenError
from transactions.logs import Log

_ANSWER_SECONDS = 1.0  # Lambda takes an event within milliseconds, and the writer's caller waits for it
_CIRCUIT = Circuit("relay")


def wake(function_name: str, log: Log, functions: Any = None, circuit: Circuit = _CIRCUIT) -> None:
    """Invoke the relay without waiting for it. A failure is only logged: the schedule runs the relay anyway.

    Where Lambda does not answer it is left alone for some seconds, so that not every write waits for nothing.

    Args:
        function_name: the relay.
        log: told of a failure.
        functions: boto3's `lambda` client, or one that answers alike.
        circuit: of Lambda; the execution environment's own.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        circuit.check()
        client = functions or aws.client(
            "lambda", connect_seconds=_ANSWER_SECONDS, read_seconds=_ANSWER_SECONDS, attempts=1
        )
        client.invoke(FunctionName=function_name, InvocationType="Event", Payload=b"{}")
        circuit.succeeded(log)
    except (BotoCoreError, ClientError, CircuitOpenError) as error:
        if isinstance(error, BotoCoreError):  # no answer
            circuit.failed(log, weight=THRESHOLD)
        log.warning("the relay was not woken; its schedule will find the event", relay=function_name, error=str(error))
