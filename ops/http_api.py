"""Send requests to the HTTP API, signed as its IAM authorization wants them, on AWS or on the embedded cloud."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.aws import Aws

TIMEOUT_SECONDS = 35.0  # API Gateway itself gives up after 30


@dataclass(frozen=True)
class Reply:
    """What the API answered.

    Args:
        status: HTTP status.
        headers: by name in lower case.
        body: decoded; empty where it is no JSON object.
    """

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.status} {json.dumps(self.body)}"


def request(
    aws: Aws,
    method: str,
    url: str,
    body: Mapping[str, Any] | None = None,
    *,
    sign_for: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Reply:
    """Send a request and wait for the answer.

    Args:
        aws: the account. Where it is on the embedded cloud, the connection goes there, and the host of the URL is told
            in the header `Host`.
        method: HTTP method.
        url: with the host name of the API or of its domain.
        body: JSON object, or none.
        sign_for: Region to sign for with the account's credentials; None sends the request unsigned. A signature is
            good in one Region only, so a caller of a domain name must know which Region answers.
        headers: more headers, such as `Idempotency-Key`.
        timeout: seconds.

    Raises:
        OSError: no answer.
    """
    data = None if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", **(headers or {})}
    if sign_for is not None:
        sent = aws.signed(method, url, data, sent, service="execute-api", region=sign_for)
    parts = urllib.parse.urlsplit(url)
    if aws.endpoint is not None:
        url = aws.endpoint + urllib.parse.urlunsplit(("", "", *parts[2:]))
    asked = urllib.request.Request(url, data, {**sent, "host": parts.netloc}, method=method)  # noqa: S310
    opener = _USUAL if aws.endpoint is None else _DIRECT
    try:
        with opener.open(asked, timeout=timeout) as answer:
            return _reply(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return _reply(refused.code, dict(refused.headers), refused.read())


class NamedApi:
    """The API by its one name, for a caller that signs: a signature is good in one Region, and either may answer.

    It signs for the Region that took the last request, and again for the other one if that is refused; so a caller
    follows a failover with one refused request.

    Args:
        aws: the account.
        url: output `api.url` of the stack.
        regions: both Regions; the first is tried first.
    """

    def __init__(self, aws: Aws, url: str, regions: tuple[str, str]) -> None:
        self._aws = aws
        self._url = url
        self._regions = regions

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> Reply:
        """Send a signed request through the name.

        Args:
            method: HTTP method.
            path: of the route, from the first slash on.
            body: JSON object, or none.
            headers: more headers, such as `Idempotency-Key`.
            timeout: seconds.

        Returns:
            The answer; with status 403 if neither signature is taken.

        Raises:
            OSError: no answer.
        """
        here, there = self._regions
        reply = request(self._aws, method, self._url + path, body, sign_for=here, headers=headers, timeout=timeout)
        if reply.status == 403:
            reply = request(self._aws, method, self._url + path, body, sign_for=there, headers=headers, timeout=timeout)
            if reply.status != 403:
                self._regions = there, here
        return reply


def _reply(status: int, headers: Mapping[str, str], content: bytes) -> Reply:
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return Reply(
        status, {name.lower(): value for name, value in headers.items()}, body if isinstance(body, dict) else {}
    )


_USUAL = urllib.request.build_opener()
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy has no way to the embedded cloud
