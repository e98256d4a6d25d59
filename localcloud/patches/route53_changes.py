"""Route 53: DNSSEC's status, which deleting a zone asks for, and Terraform's wait for a change.

MiniStack has no GetDNSSEC. Its changes are in sync at once, but Terraform's provider waits 30 s before it first asks;
it does not wait when the answer carries no change, so Terraform alone gets none.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import route53

from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

NEEDS = {"services.route53": ("handle_request",)}
_DNSSEC_PATH = re.compile(r"/hostedzone/[^/]+/dnssec$")
_CHANGE = re.compile(rb"<ChangeInfo>.*?</ChangeInfo>", re.S)
_NOT_SIGNED = (
    b'<?xml version="1.0"?><GetDNSSECResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">'
    b"<Status><ServeSignature>NOT_SIGNING</ServeSignature></Status><KeySigningKeys/></GetDNSSECResponse>"
)


def install(_: Context) -> None:
    """Answer GetDNSSEC, and leave changes out of Terraform's answers."""
    route53.handle_request = _patched(route53.handle_request)


def _patched(handle: Handler) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        if method == "GET" and _DNSSEC_PATH.search(path):
            return 200, {"Content-Type": "text/xml"}, _NOT_SIGNED
        status, answer_headers, answer = await handle(method, path, headers, body, query)
        if method in ("POST", "DELETE") and "terraform" in headers.get("user-agent", "").lower():
            answer = _CHANGE.sub(b"", answer)
        return status, answer_headers, answer

    return handle_request
