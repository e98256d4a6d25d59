"""Requests of an HTTP API (payload format 2.0), and answers to them; errors are problem details (RFC 9457).

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from transactions.errors import InvalidCommandError
from transactions.model import shown

MOST_BODY_BYTES = 16 * 1024
PROBLEM = "urn:dsql-application:problem:"
TITLES = {
    400: ("invalid-request", "The request is not valid"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "The path does not take this method"),
    409: ("insufficient-funds", "An account has too little"),
    413: ("too-large", "The body is too large"),
    422: ("key-taken", "The key was used for another request"),
    500: ("internal", "Something failed here"),
    503: ("unavailable", "Try again later"),
}

Response = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request.

    Args:
        method: in capitals.
        path: without the stage.
        headers: with names in lower case.
        query: the value of each parameter; of one that is given twice both, with a comma between.
        body: as text or, if `encoded`, in base64.
        encoded: whether the body is in base64.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: str
    encoded: bool

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Request:
        """The request behind an event for which `is_request` holds."""
        context = event["requestContext"]
        stage = context.get("stage", "$default")
        path = str(event.get("rawPath", "/"))
        if stage != "$default":
            path = path.removeprefix(f"/{stage}")
        return cls(
            method=str(context["http"].get("method", "")),
            path=path or "/",
            headers={name.lower(): str(value) for name, value in (event.get("headers") or {}).items()},
            query={name: str(value) for name, value in (event.get("queryStringParameters") or {}).items()},
            body=str(event.get("body") or ""),
            encoded=event.get("isBase64Encoded") is True,
        )

    def fields(self) -> dict[str, Any]:
        """The body, a JSON object, whose numbers keep their digits.

        Raises:
            InvalidCommandError: it is none, or there are names in it twice.
            BodyTooLargeError: it is over MOST_BODY_BYTES.
        """
        try:
            raw = base64.b64decode(self.body, validate=True) if self.encoded else self.body.encode()
            if len(raw) > MOST_BODY_BYTES:
                raise BodyTooLargeError
            value = json.loads(
                raw, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeated
            )
        except (binascii.Error, UnicodeError, ValueError, ArithmeticError, RecursionError) as error:
            raise InvalidCommandError("body", f"body must be a JSON object in UTF-8: {error}") from None
        if not isinstance(value, dict):
            raise InvalidCommandError("body", f"body must be a JSON object, got {shown(value)}")
        return value


class BodyTooLargeError(InvalidCommandError):
    """The body has more than MOST_BODY_BYTES bytes."""

    status = 413

    def __init__(self) -> None:
        super().__init__("body", f"body must have at most {MOST_BODY_BYTES} bytes")


def is_request(event: object) -> bool:
    """Whether an event comes from an HTTP API, not from a direct invocation."""
    if not isinstance(event, Mapping) or event.get("version") != "2.0":
        return False
    context = event.get("requestContext")
    return isinstance(context, Mapping) and isinstance(context.get("http"), Mapping)


def reply(status: int, body: Mapping[str, object], **headers: str) -> Response:
    """An answer. Names of headers are given with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **named},
        "body": json.dumps(body),
    }


def problem(
    status: int, detail: str, *, instance: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """An error's answer.

    Args:
        status: one of TITLES.
        detail: what is wrong with this request.
        instance: id of the request, by which the log is found.
        headers: more headers.
        more: more members, such as `field`.
    """
    kind, title = TITLES[status]
    body = {
        "type": PROBLEM + kind,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{instance}",
        **more,
    }
    return reply(status, body) | {
        "headers": {"content-type": "application/problem+json", "cache-control": "no-store", **(headers or {})}
    }


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _refuse_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name stands there twice")
    return members
