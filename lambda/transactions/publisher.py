"""Puts events on this Region's bus.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from transactions import aws
from transactions.circuit import Circuit
from transactions.errors import PublishError
from transactions.events import SOURCE
from transactions.logs import Log
from transactions.outbox import Waiting

MOST_ENTRIES = 10  # of one PutEvents request
# Of one request in all. Service models of 2026 allow 1 MB, older ones and some targets 256 KB.
MOST_BYTES = 256 * 1024
_TRACE = re.compile(r'"trace_header": "([^"]+)"')  # also in a detail that is no JSON, which the bus is to judge
TOO_LARGE = "EntryTooLarge"  # ours: such an entry is not even sent
INVALID = "ValidationException"  # of a request as a whole: one of its entries, or all, break a rule of the API
_TIME_BYTES = 14  # what an entry's `Time` counts
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
# One that is invalid alone may be so by the bus's name, so that it is poison only where others are accepted.
_PASSING = frozenset({"InternalFailure", "InternalException", "ThrottlingException", INVALID})
_POISON = frozenset({"InvalidArgument", "MalformedDetail", TOO_LARGE})


class Cause(enum.Enum):
    """What a refused entry's error code speaks of."""

    BUS = "the bus: the same entry may be accepted later"
    ENTRY = "the entry: it will never be accepted"
    SETUP = "rights or set-up: it may be accepted once somebody has changed something"


def cause(code: str) -> Cause:
    """What an entry's error code speaks of."""
    if code in _PASSING:
        return Cause.BUS
    return Cause.ENTRY if code in _POISON else Cause.SETUP


@dataclass(frozen=True)
class Outcome:
    """What became of a batch.

    Args:
        accepted: the events that are on the bus.
        refused: the others, with EventBridge's error code.
    """

    accepted: list[Waiting] = field(default_factory=list)
    refused: list[tuple[Waiting, str]] = field(default_factory=list)


class Bus(Protocol):
    """The part of boto3's `events` client that is used."""

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803
        """PutEvents."""
        ...


class Publisher:
    """Publishes to one bus.

    Args:
        bus_name: name of the custom bus.
        bus: boto3's `events` client, or one that answers alike; by default made at the first batch.
    """

    def __init__(self, bus_name: str, bus: Bus | None = None) -> None:
        self._bus_name = bus_name
        self._bus = bus
        self.circuit = Circuit("event bus")

    def publish(self, batch: Sequence[Waiting], log: Log) -> Outcome:
        """Put a batch on the bus. EventBridge may accept some entries and refuse others of one request.

        Args:
            batch: one of `batches`.
            log: told when the circuit opens or closes.

        Raises:
            CircuitOpenError: requests failed so often that the bus is left alone for some seconds.
            PublishError: the request as a whole failed; it may have been carried out nevertheless.
        """
        if _size(batch[0]) > MOST_BYTES:
            return Outcome(refused=[(batch[0], TOO_LARGE)])
        outcome = Outcome()
        for event, code in zip(batch, self._codes(batch, log), strict=True):
            if code is None:
                outcome.accepted.append(event)
            else:
                outcome.refused.append((event, code))
        if outcome.refused and all(cause(code) is Cause.BUS for _, code in outcome.refused) and not outcome.accepted:
            self.circuit.failed(log)
        else:
            self.circuit.succeeded(log)
        return outcome

    def _codes(self, batch: Sequence[Waiting], log: Log) -> list[str | None]:
        """The error code of each entry, None for one that is on the bus.

        A request that is refused for what one entry holds goes again entry by entry: else that one would hold up all
        others for good.
        """
        results = self._put(batch, log)
        if results is not None:  # in the order of the request's entries
            return [result.get("ErrorCode") for result in results]
        return [INVALID] if len(batch) == 1 else [code for event in batch for code in self._codes([event], log)]

    def _put(self, batch: Sequence[Waiting], log: Log) -> Sequence[Mapping[str, Any]] | None:
        """The answer's entries; None where the request is invalid as a whole."""
        from botocore.exceptions import BotoCoreError, ClientError

        self.circuit.check()
        bus: Bus = self._bus or aws.client("events")
        try:
            answer = bus.put_events(Entries=[self._entry(event) for event in batch])
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and _code(error.response) == INVALID:
                log.warning("the bus refuses the request", entries=len(batch), error=str(error))
                return None
            if not isinstance(error, ClientError) or _unwell(error.response):
                self.circuit.failed(log, weight=2)
            raise PublishError(f"event bus {self._bus_name} did not take the request: {error}") from error
        entries: Sequence[Mapping[str, Any]] = answer["Entries"]
        return entries

    def _entry(self, event: Waiting) -> dict[str, Any]:
        return {
            "EventBusName": self._bus_name,
            "Source": SOURCE,
            "DetailType": event.detail_type,
            "Detail": event.detail,
            "Time": event.created_at,
            **({"TraceHeader": trace[1]} if (trace := _TRACE.search(event.detail)) else {}),
        }


def batches(events: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """Split events into what one request may hold; an event that is too large for any is a batch of its own."""
    batch: list[Waiting] = []
    total = 0
    for event in events:
        size = _size(event)
        if batch and (len(batch) == MOST_ENTRIES or total + size > MOST_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(event)
        total += size
    if batch:
        yield batch


def _size(event: Waiting) -> int:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-event-size."""
    return _TIME_BYTES + len(SOURCE) + len(event.detail_type.encode()) + len(event.detail.encode())


def _unwell(response: Mapping[str, Any]) -> bool:
    """Whether a refusal speaks of EventBridge's health, not of our request or rights."""
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or cause(_code(response)) is Cause.BUS


def _code(response: Mapping[str, Any]) -> str:
    return str(response.get("Error", {}).get("Code", ""))
