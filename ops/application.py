"""Talk to the deployed functions: invoke them, and read what they logged."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ops.aws import Aws
from ops.deployment import Side

POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Answer:
    """What a function answered.

    Args:
        status: `statusCode` of the answer; 0 if the function failed.
        body: its body, decoded; for a failed function what Lambda says about the error.
    """

    status: int
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.status} {json.dumps(self.body)}" if self.status else f"function error {json.dumps(self.body)}"


def invoke(aws: Aws, side: Side, request: Mapping[str, Any], function: str = "transactions") -> Answer:
    """Invoke a function directly and wait for its answer.

    Args:
        aws: the account.
        side: Region to invoke in.
        request: the payload.
        function: which of the Region's functions.

    Raises:
        botocore.exceptions.ClientError: Lambda refused; the function was not run.
    """
    payload = json.dumps(request).encode()
    reply = aws.client("lambda", side.region).invoke(FunctionName=side.functions[function], Payload=payload)
    answer = json.loads(reply["Payload"].read() or b"null")
    if reply.get("FunctionError") or not isinstance(answer, dict) or "statusCode" not in answer:
        return Answer(0, answer if isinstance(answer, dict) else {"answer": answer})
    body = answer.get("body")
    return Answer(int(answer["statusCode"]), json.loads(body) if isinstance(body, str) and body else body or {})


def hops(aws: Aws, side: Side, function: str, event_id: str, *, hop: str, since: float) -> list[dict[str, Any]]:
    """Lines of a function's log that tell a step of an event's way.

    Args:
        aws: the account.
        side: Region of the function.
        function: which of the Region's functions.
        event_id: the event.
        hop: the step, as the functions' log names it: `written`, `published`, `received`.
        since: earliest time, seconds since the epoch.
    """
    group = f"/aws/lambda/{side.functions[function]}"
    pages = aws.client("logs", side.region).get_paginator("filter_log_events")
    lines: list[str] = []
    try:
        for page in pages.paginate(logGroupName=group, startTime=int(since * 1000), filterPattern=f'"{event_id}"'):
            lines += [event["message"] for event in page["events"] if event_id in event["message"]]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":  # no group: it never logged
            raise
    return [fields for line in lines if (fields := _fields(line)).get("hop") == hop]


def await_hop(
    aws: Aws, side: Side, function: str, event_id: str, *, hop: str, since: float, seconds: float
) -> dict[str, Any] | None:
    """Wait for a line in a function's log.

    Args:
        aws: the account.
        side: Region of the function.
        function: which of the Region's functions.
        event_id: the event.
        hop: the step.
        since: earliest time, seconds since the epoch.
        seconds: how long to wait.

    Returns:
        The fields of the first such line; None if it did not come.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = hops(aws, side, function, event_id, hop=hop, since=since)
        if found:
            return found[0]
        if time.monotonic() > deadline:
            return None
        time.sleep(POLL_SECONDS)


def _fields(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except ValueError:  # Lambda's own lines
        return {}
    return fields if isinstance(fields, dict) else {}
