"""What a rule on the content of events hands to its function: why the event was chosen, and the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from transactions import events
from transactions.errors import EventError
from transactions.events import TransactionCreated
from transactions.model import shown


@dataclass(frozen=True)
class Routed:
    """An event and why a rule chose it.

    Args:
        reason: the rule's words, for example `amount of 10000 or more`.
        event: what happened.
    """

    reason: str
    event: TransactionCreated


def parse(given: object) -> Routed:
    """Read what the input transformer of a rule made: `{"reason": ..., "detail": {...}}`.

    Raises:
        EventError: names what is not as it must be.
    """
    if not isinstance(given, Mapping) or not isinstance(given.get("detail"), Mapping):
        raise EventError(f"event must be an object with an object `detail`, got {shown(given)}")
    reason = given.get("reason")
    if not isinstance(reason, str) or not 1 <= len(reason) <= 256:
        raise EventError(f"event's reason must be a text of 1 to 256 characters, got {shown(reason)}")
    return Routed(reason, events.parse_detail(given["detail"]))
