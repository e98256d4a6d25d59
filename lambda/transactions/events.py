"""The event that tells of a new transaction: its shape on the bus is a contract with every consumer."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from transactions.errors import EventError
from transactions.model import Transaction, parse_amount, parse_identifier, shown

SOURCE = "dsql.application"
TRANSACTION_CREATED = "Transaction Created"
Value = TypeVar("Value")


@dataclass(frozen=True)
class TransactionCreated:
    """A transaction was stored.

    Args:
        event_id: ours, by which consumers tell a second delivery; EventBridge's own id may change on the way.
        transaction_id: of the stored transaction.
        amount: with two decimals.
        region: the Region that wrote it.
        timestamp: when it was written.
    """

    event_id: uuid.UUID
    transaction_id: str
    amount: Decimal
    region: str
    timestamp: dt.datetime

    @classmethod
    def of(cls, transaction: Transaction) -> TransactionCreated:
        """The event of a transaction."""
        return cls(
            transaction.event_id,
            transaction.transaction_id,
            transaction.amount,
            transaction.region,
            transaction.created_at,
        )

    def detail(self) -> str:
        """The event's detail as JSON, in which the amount is a number with exactly its digits."""
        # json.dumps would need a float for a number, so the amount's digits are put in as they are.
        texts = {"event_id": str(self.event_id), "transaction_id": self.transaction_id}
        more = {"region": self.region, "timestamp": self.timestamp.isoformat()}
        return f'{json.dumps(texts)[:-1]}, "amount": {self.amount:f}, {json.dumps(more)[1:]}'


def parse(event: object) -> TransactionCreated:
    """Read an event as EventBridge delivers it. Further fields are let pass: producers may add some.

    Args:
        event: what Lambda passes to the handler.

    Raises:
        EventError: the source, the type or a field of the detail is not what it must be; names it.
    """
    if not isinstance(event, Mapping) or not isinstance(event.get("detail"), Mapping):
        raise EventError(f"event must be an object with an object `detail`, got {shown(event)}")
    for name, expected in (("source", SOURCE), ("detail-type", TRANSACTION_CREATED)):
        if event.get(name) != expected:
            raise EventError(f"event's {name} must be {expected!r}, got {shown(event.get(name))}")
    detail = event["detail"]
    return TransactionCreated(
        event_id=_field(detail, "event_id", _identity),
        transaction_id=_field(detail, "transaction_id", parse_identifier),
        amount=_field(detail, "amount", parse_amount),
        region=_field(detail, "region", _region),
        timestamp=_field(detail, "timestamp", _moment),
    )


def _field(detail: Mapping[str, object], name: str, parse_value: Callable[[object], Value]) -> Value:
    if name not in detail:
        raise EventError(f"event's detail has no {name}")
    try:
        return parse_value(detail[name])
    except ValueError as error:
        raise EventError(f"event's {name} {error}") from None


def _identity(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise ValueError(f"must be a UUID, got {shown(value)}") from None


def _region(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 32:
        raise ValueError(f"must be the name of a Region, got {shown(value)}")
    return value


def _moment(value: object) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        moment = dt.datetime.min
    if moment.tzinfo is None:
        raise ValueError(f"must be ISO 8601 with a time zone, got {shown(value)}")
    return moment
