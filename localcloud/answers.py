"""Answers that Go's HTTP client throws away, kept for the client's second try.

Go's `net/http` sometimes closes a connection whose answer comes in the moment in which it ends writing the request
(compare https://github.com/golang/go/issues/31259). AWS is never that fast; this cloud is. The AWS SDK then tries
again, and what was created "already exists", or exists twice: with 600 log groups, in each apply of Terraform. So the
second try of a call gets the answer of the first. The SDK marks the tries of a call with one `amz-sdk-invocation-id`
(https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/middleware#ClientRequestID), a random number.

Only what succeeded is answered from here; a try that comes while the one before is still at work is made anew. And
only Go is answered so: a function that is written in Python must live with a lost answer, as it must on AWS.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_GO = b"aws-sdk-go-v2/"
_KEPT_SECONDS = 60  # the SDK waits 20 s at most before it tries again


class Answers:
    """An ASGI application in front of another one."""

    def __init__(self, application: Application) -> None:
        """Remember nothing yet; `application` answers what is asked for the first time."""
        self._application = application
        self._kept: OrderedDict[bytes, tuple[float, list[Message]]] = OrderedDict()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer as the first try was answered, if this is another one of a request that succeeded."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        invocation = headers.get(b"amz-sdk-invocation-id")
        if invocation is None or scope["method"] in ("GET", "HEAD") or _GO not in headers.get(b"user-agent", b""):
            await self._application(scope, receive, send)
            return
        if invocation in self._kept:
            for message in self._kept[invocation][1]:
                await send(message)
            return
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body") and _succeeded(answer[0]):
                self._keep(invocation, answer)
            await send(message)

        await self._application(scope, receive, keep)

    def _keep(self, invocation: bytes, answer: list[Message]) -> None:
        now = time.monotonic()
        while self._kept and next(iter(self._kept.values()))[0] < now - _KEPT_SECONDS:
            self._kept.popitem(last=False)
        self._kept[invocation] = (now, answer)


def _succeeded(start: Message) -> bool:
    status: int = start["status"]
    return 200 <= status < 300
