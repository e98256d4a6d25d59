"""The event that tells of a new transaction: its shape on the bus is a contract with every consumer."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from transactions.errors import EventError
from transactions.model import (
    Transaction,
    parse_account_class,
    parse_amount,
    parse_currency,
    parse_identifier,
    parse_type,
    shown,
)
from transactions.trace import Trace, parse_header

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
        type: one of model.TYPES.
        currency: ISO 4217 code, if it has one.
        account_id: the account that it belongs to, or that a transfer takes from.
        counterparty_id: the account that a transfer gives to.
        account_versions: how often the accounts were changed, with this transaction; for those whose balance it
            changed. Events may arrive in any order: of two, the one with the higher version is newer.
        account_classes: of those accounts, each class once, in alphabetical order.
        correlation_id: of the request that wrote it.
        trace_header: X-Ray's of that request.
    """

    event_id: uuid.UUID
    transaction_id: str
    amount: Decimal
    region: str
    timestamp: dt.datetime
    type: str = "payment"
    currency: str | None = None
    account_id: str | None = None
    counterparty_id: str | None = None
    account_versions: Mapping[str, int] = field(default_factory=dict)
    account_classes: tuple[str, ...] = ()
    correlation_id: str | None = None
    trace_header: str | None = None

    @classmethod
    def of(
        cls,
        transaction: Transaction,
        account_versions: Mapping[str, int] | None = None,
        account_classes: tuple[str, ...] = (),
    ) -> TransactionCreated:
        """The event of a transaction. It has none of the transaction's metadata: they may be anything."""
        return cls(
            transaction.event_id,
            transaction.transaction_id,
            transaction.amount,
            transaction.region,
            transaction.created_at,
            transaction.type,
            transaction.currency,
            transaction.account_id,
            transaction.counterparty_id,
            account_versions or {},
            account_classes,
            transaction.correlation_id,
            transaction.trace_header,
        )

    def trace(self) -> Trace | None:
        """The trace of the request that wrote it; None if it was stored before events had one."""
        return Trace(self.correlation_id, self.trace_header) if self.correlation_id else None

    def detail(self) -> str:
        """The event's detail as JSON, in which the amount is a number with exactly its digits."""
        # json.dumps would need a float for a number, so the amount's digits are put in as they are.
        texts = {"event_id": str(self.event_id), "transaction_id": self.transaction_id}
        optional = {
            "currency": self.currency,
            "account_id": self.account_id,
            "counterparty_id": self.counterparty_id,
            "account_versions": self.account_versions,
            "account_classes": self.account_classes,
            "correlation_id": self.correlation_id,
            "trace_header": self.trace_header,
        }
        # A rule's numeric matching ends at 5e9, amounts may be larger; so it can also ask for the number of digits:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
        more: dict[str, object] = {"amount_digits": len(str(int(self.amount)))}
        more |= {"region": self.region, "timestamp": self.timestamp.isoformat(), "type": self.type}
        more |= {name: value for name, value in optional.items() if value}
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
    return parse_detail(event["detail"])


def parse_detail(detail: Mapping[str, object]) -> TransactionCreated:
    """Read the detail of an event of ours.

    Raises:
        EventError: a field is not what it must be; names it.
    """
    return TransactionCreated(
        event_id=_field(detail, "event_id", _identity),
        transaction_id=_field(detail, "transaction_id", parse_identifier),
        amount=_field(detail, "amount", parse_amount),
        region=_field(detail, "region", _region),
        timestamp=_field(detail, "timestamp", _moment),
        # Events that were stored before these fields were known have none of them.
        type=_field({"type": "payment", **detail}, "type", parse_type),
        **{name: _field(detail, name, read) for name, read in _OPTIONAL.items() if detail.get(name) is not None},
    )


def _versions(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping) or not all(type(n) is int and 0 < n < 2**63 for n in value.values()):
        raise ValueError(f"must be an object of versions by account, got {shown(value)}")
    return {parse_identifier(account): version for account, version in value.items()}


def _classes(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(parse_account_class(item) for item in value)
    raise ValueError(f"must be a list of account classes, got {shown(value)}")


_OPTIONAL: dict[str, Callable[[object], Any]] = {
    "currency": parse_currency,
    "account_id": parse_identifier,
    "counterparty_id": parse_identifier,
    "account_versions": _versions,
    "account_classes": _classes,
    "correlation_id": parse_identifier,
    "trace_header": parse_header,
}


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
