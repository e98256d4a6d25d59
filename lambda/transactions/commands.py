"""What callers may ask of the transactions function, read strictly: what is not understood is refused by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from transactions.errors import InvalidCommandError
from transactions.model import AMOUNT_RULE, parse_amount, parse_identifier, shown

Value = TypeVar("Value")


@dataclass(frozen=True)
class WriteTransaction:
    """Store a transaction, once per id.

    Args:
        transaction_id: the caller's, or made here, before any attempt to store it.
        amount: with two decimals.
    """

    transaction_id: str
    amount: Decimal


@dataclass(frozen=True)
class ReadTransaction:
    """Read a stored transaction."""

    transaction_id: str


@dataclass(frozen=True)
class ReadCluster:
    """Read how this Region's cluster is."""


Command = WriteTransaction | ReadTransaction | ReadCluster
_FIELDS = {"read": ("operation", "transaction_id"), "write": ("amount", "operation", "transaction_id")}


def parse(event: object) -> Command:
    """Read a command from the event of a direct invocation. Without `operation` it is a read, as in the recipe.

    Args:
        event: what Lambda passes to the handler.

    Raises:
        InvalidCommandError: names the field and what is allowed.
    """
    if not isinstance(event, dict):
        raise InvalidCommandError("event", f"event must be a JSON object, got {shown(event)}")
    operation = event.get("operation", "read")
    if not isinstance(operation, str) or operation not in _FIELDS:
        raise InvalidCommandError("operation", f"operation must be one of read, write; got {shown(operation)}")
    unknown = sorted(set(event) - set(_FIELDS[operation]))
    if unknown:
        allowed = ", ".join(_FIELDS[operation])
        name = unknown[0][:60]
        raise InvalidCommandError(name, f"{name!r} is not a field of the operation {operation}; allowed: {allowed}")
    if operation == "write":
        return _write(event)
    if "transaction_id" in event:
        return ReadTransaction(_read(event, "transaction_id", parse_identifier))
    return ReadCluster()


def _write(event: Mapping[str, object]) -> WriteTransaction:
    identifier = str(uuid.uuid4())
    if "transaction_id" in event:
        identifier = _read(event, "transaction_id", parse_identifier)
    if "amount" not in event:
        raise InvalidCommandError("amount", f"amount is missing; it must be {AMOUNT_RULE}")
    return WriteTransaction(identifier, _read(event, "amount", parse_amount))


def _read(event: Mapping[str, object], field: str, parse_value: Callable[[object], Value]) -> Value:
    try:
        return parse_value(event[field])
    except ValueError as error:
        raise InvalidCommandError(field, f"{field} {error}") from None
