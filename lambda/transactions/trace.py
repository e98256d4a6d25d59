"""What ties the log lines of one request together, in both Regions: the caller's correlation id and X-Ray's trace.

It goes with the event to whoever consumes it; X-Ray's header is made by AWS and only passed on here.
https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from transactions.model import parse_identifier, shown

HEADER = "x-correlation-id"
# No longer than what PutEvents takes:
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
_HEADER_VALUE = re.compile(r"[A-Za-z0-9=;:._-]{1,500}")
_ROOT = re.compile(r"Root=([0-9A-Za-z-]+)")


@dataclass(frozen=True)
class Trace:
    """Where a request comes from.

    Args:
        correlation_id: the caller's, or the id of the invocation that took the request.
        header: X-Ray's trace header; None where there is none.
    """

    correlation_id: str
    header: str | None = None

    @classmethod
    def of(cls, request_id: str, headers: Mapping[str, str], environment: Mapping[str, str]) -> Trace:
        """The trace of an invocation.

        Args:
            request_id: Lambda's.
            headers: of an HTTP request, in lower case; a correlation id that is no identifier is not taken.
            environment: looked at for what Lambda sets with each invocation.
        """
        try:
            correlation_id = parse_identifier(headers.get(HEADER))
        except ValueError:
            correlation_id = request_id
        given = environment.get("_X_AMZN_TRACE_ID", "")
        return cls(correlation_id, given if _HEADER_VALUE.fullmatch(given) else None)

    def fields(self) -> dict[str, str]:
        """What log lines carry."""
        root = _ROOT.search(self.header or "")
        return {"correlation_id": self.correlation_id, **({"trace_id": root[1]} if root else {})}


def parse_header(value: object) -> str:
    """Read a trace header from JSON.

    Raises:
        ValueError: it is none; says so, without a subject.
    """
    if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
        raise ValueError(f"must be a trace header of X-Ray, got {shown(value)}")
    return value
