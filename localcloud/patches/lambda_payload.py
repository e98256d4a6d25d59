"""What Lambda refuses before a function runs: payloads over the limit, and text that is not JSON.

MiniStack takes any size and reads invalid JSON as {}.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import lambda_svc

from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

NEEDS = {"services.lambda_svc": ("handle_request",)}
# Bytes; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LONGEST_SYNCHRONOUS = 6291456
_LONGEST_ASYNCHRONOUS = 1048576


def install(_: Context) -> None:
    """Check payloads before MiniStack's own handler sees them."""
    lambda_svc.handle_request = _checked(lambda_svc.handle_request)


def _checked(handle: Handler) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        if method == "POST" and path.rstrip("/").endswith("/invocations"):
            return refusal(headers, body) or await handle(method, path, headers, body, query)
        return await handle(method, path, headers, body, query)

    return handle_request


def refusal(headers: dict[str, str], body: bytes) -> Response | None:
    """AWS's refusal of an Invoke payload, or None if the function may see it."""
    asynchronous = headers.get("x-amz-invocation-type") == "Event"
    limit = _LONGEST_ASYNCHRONOUS if asynchronous else _LONGEST_SYNCHRONOUS
    if len(body) > limit:
        operation = "InvokeAsync" if asynchronous else "InvokeFunction"
        return _error(
            413, "RequestTooLargeException", f"Request must be smaller than {limit} bytes for the {operation} operation"
        )
    try:
        json.loads(body or b"{}", parse_constant=_not_json)
    except (ValueError, RecursionError) as error:
        return _error(400, "InvalidRequestContentException", f"Could not parse request body into json: {error}")
    return None


def _not_json(constant: str) -> None:
    raise ValueError(f"unrecognized token '{constant}'")


def _error(status: int, code: str, message: str) -> Response:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": code}
    return status, headers, json.dumps({"Type": "User", "message": message}).encode()
