"""What callers may ask of the transactions function, read strictly: what is not understood is refused by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from transactions import currencies
from transactions.errors import InvalidCommandError
from transactions.model import (
    AMOUNT_RULE,
    parse_account_class,
    parse_amount,
    parse_currency,
    parse_identifier,
    parse_metadata,
    parse_sensitive,
    parse_type,
    shown,
)

Value = TypeVar("Value")


@dataclass(frozen=True)
class WriteTransaction:
    """Store a transaction, once per id; see `model.Transaction` for the fields.

    Args:
        transaction_id: the caller's, or made here, before any attempt to store it.
        amount: with two decimals.
        sensitive: texts that are stored encrypted.
    """

    transaction_id: str
    amount: Decimal
    type: str = "payment"
    currency: str | None = None
    account_id: str | None = None
    counterparty_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    account_class: str | None = None
    sensitive: Mapping[str, str] = field(default_factory=dict, repr=False)

    def content(self) -> tuple[object, ...]:
        """What a repetition of the write must have in common with it; of sensitive fields, whether there are any."""
        names = (self.amount, self.type, self.currency, self.account_id, self.counterparty_id)
        return (*names, dict(self.metadata), bool(self.sensitive))


@dataclass(frozen=True)
class ReadTransaction:
    """Read a stored transaction."""

    transaction_id: str


@dataclass(frozen=True)
class ReadCluster:
    """Read how this Region's cluster is."""


Command = WriteTransaction | ReadTransaction | ReadCluster
# How each field of a write is read; without `transaction_id`, which may be made.
_READERS: dict[str, Callable[[object], Any]] = {
    "account_class": parse_account_class,
    "account_id": parse_identifier,
    "amount": parse_amount,
    "counterparty_id": parse_identifier,
    "currency": parse_currency,
    "metadata": parse_metadata,
    "sensitive": parse_sensitive,
    "type": parse_type,
}
WRITE_FIELDS = (*sorted([*_READERS, "transaction_id"]),)
_FIELDS = {"read": ("operation", "transaction_id"), "write": ("operation", *WRITE_FIELDS)}
# The fields that a type needs; it takes no other of `account_id` and `counterparty_id`.
NEEDED = {
    "payment": (),
    "deposit": ("currency", "account_id"),
    "withdrawal": ("currency", "account_id"),
    "transfer": ("currency", "account_id", "counterparty_id"),
}


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
    refuse_unknown(event, _FIELDS[operation], f"the operation {operation}")
    if operation == "write":
        return parse_write({name: value for name, value in event.items() if name != "operation"})
    if "transaction_id" in event:
        return ReadTransaction(read(event, "transaction_id", parse_identifier))
    return ReadCluster()


def parse_write(fields: Mapping[str, object]) -> WriteTransaction:
    """Read the fields of a transaction.

    Args:
        fields: WRITE_FIELDS at most.

    Raises:
        InvalidCommandError: names the field and what is allowed.
    """
    refuse_unknown(fields, WRITE_FIELDS, "a transaction")
    if "amount" not in fields:
        raise InvalidCommandError("amount", f"amount is missing; it must be {AMOUNT_RULE}")
    identifier = str(uuid.uuid4())
    if "transaction_id" in fields:
        identifier = read(fields, "transaction_id", parse_identifier)
    values = {name: read(fields, name, reader) for name, reader in _READERS.items() if name in fields}
    command = WriteTransaction(identifier, **values)
    _check_together(command)
    return command


def refuse_unknown(fields: Mapping[str, object], allowed: tuple[str, ...], owner: str) -> None:
    """Refuse what is not a field.

    Raises:
        InvalidCommandError: names the first unknown field.
    """
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        name = unknown[0][:60]
        raise InvalidCommandError(name, f"{name!r} is not a field of {owner}; allowed: {', '.join(allowed)}")


def read(fields: Mapping[str, object], name: str, parse_value: Callable[[object], Value]) -> Value:
    """Read one field.

    Raises:
        InvalidCommandError: names it, and what is allowed.
    """
    try:
        return parse_value(fields[name])
    except ValueError as error:
        raise InvalidCommandError(name, f"{name} {error}") from None


def _check_together(command: WriteTransaction) -> None:
    needed = NEEDED[command.type]
    for name in needed:
        if getattr(command, name) is None:
            raise InvalidCommandError(name, f"{name} is missing; a {command.type} needs {', '.join(needed)}")
    if command.account_class is not None and command.type != "deposit":
        raise InvalidCommandError("account_class", f"account_class is for a deposit, not for a {command.type}")
    if command.counterparty_id is not None and command.type != "transfer":
        raise InvalidCommandError("counterparty_id", f"counterparty_id is for a transfer, not for a {command.type}")
    if command.counterparty_id is not None and command.counterparty_id == command.account_id:
        raise InvalidCommandError("counterparty_id", "counterparty_id must be another account than account_id")
    if command.currency is not None and not currencies.fits(command.amount, command.currency):
        raise InvalidCommandError("amount", f"amount must have no decimals in {command.currency}")
