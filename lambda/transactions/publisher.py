"""Puts events on this Region's bus.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from transactions import aws
from transactions.circuit import Circuit
from transactions.errors import PublishError
from transactions.events import SOURCE
from transactions.logs import Log
from transactions.outbox import Waiting

LARGEST_BATCH = 10  # entries of one PutEvents request; an event of ours has less than 1 KB of the request's 1 MB

# Codes of entries that may succeed later: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
PASSING = frozenset({"InternalFailure", "InternalException", "ThrottlingException"})


@dataclass(frozen=True)
class Outcome:
    """What became of a batch.

    Args:
        accepted: ids of the events that are on the bus.
        refused: ids of the others, with EventBridge's error code.
    """

    accepted: list[uuid.UUID]
    refused: dict[uuid.UUID, str]


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

    def publish(self, events: Sequence[Waiting], log: Log) -> Outcome:
        """Put a batch on the bus. EventBridge may accept some entries and refuse others of one request.

        Args:
            events: at most LARGEST_BATCH.
            log: told when the circuit opens or closes.

        Raises:
            CircuitOpenError: requests failed so often that the bus is left alone for some seconds.
            PublishError: the request as a whole failed; it may have been carried out nevertheless.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        self.circuit.check()
        bus: Bus = self._bus or aws.client("events")
        try:
            answer = bus.put_events(Entries=[self._entry(event) for event in events])
        except (BotoCoreError, ClientError) as error:
            if not isinstance(error, ClientError) or _unwell(error.response):
                self.circuit.failed(log, weight=2)
            raise PublishError(f"event bus {self._bus_name} did not take the request: {error}") from error
        # The answer's entries are in the order of the request's.
        results = list(zip(events, answer["Entries"], strict=True))
        accepted = [event.event_id for event, result in results if "ErrorCode" not in result]
        refused = {event.event_id: result["ErrorCode"] for event, result in results if "ErrorCode" in result}
        if refused and not accepted and PASSING.issuperset(refused.values()):
            self.circuit.failed(log)
        else:
            self.circuit.succeeded(log)
        return Outcome(accepted, refused)

    def _entry(self, event: Waiting) -> dict[str, Any]:
        return {
            "EventBusName": self._bus_name,
            "Source": SOURCE,
            "DetailType": event.detail_type,
            "Detail": event.detail,
            "Time": event.created_at,
        }


def _unwell(response: Mapping[str, Any]) -> bool:
    """Whether a refusal speaks of EventBridge's health, not of our request or rights."""
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or response.get("Error", {}).get("Code") in PASSING
