"""The transaction, and the rules for its amount and its id."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from transactions.currencies import CODES

CENT = Decimal("0.01")
# 15 digits: what JSON readers that know only binary doubles, Lambda's own runtime among them, keep exactly (DBL_DIG).
LARGEST_AMOUNT = Decimal("9999999999999.99")
LARGEST_BALANCE = Decimal("999999999999999.99")  # the column holds 15 digits before the point
TYPES = ("payment", "deposit", "withdrawal", "transfer")  # all but a payment move money between accounts
ACCOUNT_CLASSES = ("business", "institution", "personal")
DEFAULT_ACCOUNT_CLASS = "personal"
AMOUNT_RULE = f"a decimal number greater than 0, at most {LARGEST_AMOUNT}, with at most 2 decimals"
IDENTIFIER_RULE = "1 to 64 letters, digits and . _ : -, the first a letter or digit"
MOST_METADATA = 16
_TEXTS = "texts of at most 256 characters, without control characters, under names of 1 to 64 letters, digits and . _ -"
METADATA_RULE = f"an object of at most {MOST_METADATA} {_TEXTS}"
SENSITIVE_RULE = f"an object of 1 to {MOST_METADATA} {_TEXTS}"
_METADATA_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Control characters are of no use, PostgreSQL cannot store NUL, and half a surrogate pair is no text.
_METADATA_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,256}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_DECIMAL = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Transaction:
    """A stored transaction.

    Args:
        transaction_id: the caller's id, or ours.
        amount: with two decimals.
        region: the Region that wrote it.
        event_id: id of the event that tells of it; the same for every repetition of the write.
        created_at: when it was written, UTC.
        type: one of TYPES.
        currency: ISO 4217 code; None if the caller named none.
        account_id: the account that it belongs to, or that a transfer takes from.
        counterparty_id: the account that a transfer gives to.
        metadata: the caller's own texts.
        account_class: what the caller says of the account that a deposit opens; kept with the account, not here.
        sealed: the caller's sensitive texts, encrypted by `fields`; None if there are none.
        correlation_id: of the request that writes it; goes with the event, and is not stored here.
        trace_header: X-Ray's of that request, likewise.
    """

    transaction_id: str
    amount: Decimal
    region: str
    event_id: uuid.UUID
    created_at: dt.datetime
    type: str = "payment"
    currency: str | None = None
    account_id: str | None = None
    counterparty_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    account_class: str | None = None
    sealed: bytes | None = field(default=None, repr=False)
    correlation_id: str | None = None
    trace_header: str | None = None

    def content(self) -> tuple[object, ...]:
        """What the caller asked for: a repetition has the same. Of sensitive fields, whether there are any."""
        names = (self.amount, self.type, self.currency, self.account_id, self.counterparty_id)
        return (*names, dict(self.metadata), self.sealed is not None)


def parse_amount(value: object) -> Decimal:
    """Read an amount from JSON: a number, or a string of digits.

    A float is read by its shortest representation: up to 15 digits those are the digits that the caller wrote.

    Args:
        value: what JSON gave.

    Returns:
        The amount with two decimals.

    Raises:
        ValueError: the value does not follow AMOUNT_RULE; says so, without a subject.
    """
    amount = _decimal(value)
    if amount is None or not 0 < amount <= LARGEST_AMOUNT or amount != amount.quantize(CENT):
        raise ValueError(f"must be {AMOUNT_RULE}, got {shown(value)}")
    return amount.quantize(CENT)


def parse_identifier(value: object) -> str:
    """Read a transaction id from JSON.

    Raises:
        ValueError: the value does not follow IDENTIFIER_RULE; says so, without a subject.
    """
    if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
        raise ValueError(f"must be a string of {IDENTIFIER_RULE}; got {shown(value)}")
    return value


def parse_type(value: object) -> str:
    """Read a transaction's type from JSON.

    Raises:
        ValueError: it is not one of TYPES; says so, without a subject.
    """
    if not isinstance(value, str) or value not in TYPES:
        raise ValueError(f"must be one of {', '.join(TYPES)}; got {shown(value)}")
    return value


def parse_account_class(value: object) -> str:
    """Read an account's class from JSON.

    Raises:
        ValueError: it is not one of ACCOUNT_CLASSES; says so, without a subject.
    """
    if not isinstance(value, str) or value not in ACCOUNT_CLASSES:
        raise ValueError(f"must be one of {', '.join(ACCOUNT_CLASSES)}; got {shown(value)}")
    return value


def parse_currency(value: object) -> str:
    """Read a currency from JSON.

    Raises:
        ValueError: it is not an active code of ISO 4217; says so, without a subject.
    """
    if not isinstance(value, str) or value not in CODES:
        raise ValueError(f"must be a currency code of ISO 4217 such as EUR, in capitals; got {shown(value)}")
    return value


def parse_metadata(value: object) -> dict[str, str]:
    """Read the caller's own texts from JSON.

    Raises:
        ValueError: they do not follow METADATA_RULE; says so, without a subject.
    """
    if not isinstance(value, dict) or len(value) > MOST_METADATA:
        raise ValueError(f"must be {METADATA_RULE}; got {shown(value)}")
    for name, text in value.items():
        if not _METADATA_NAME.fullmatch(name) or not isinstance(text, str) or not _METADATA_TEXT.fullmatch(text):
            raise ValueError(f"must be {METADATA_RULE}; got {shown(text)} under {shown(name)}")
    return value


def parse_sensitive(value: object) -> dict[str, str]:
    """Read the caller's sensitive texts from JSON.

    Raises:
        ValueError: they do not follow SENSITIVE_RULE; says so, without a subject, and shows nothing of them.
    """
    try:
        fields = parse_metadata(value)
    except ValueError:
        fields = {}
    if not fields:
        raise ValueError(f"must be {SENSITIVE_RULE}; what was given is not shown")
    return fields


def shown(value: object) -> str:
    """A value as an error message shows it: never long."""
    if isinstance(value, int) and not -(10**20) < value < 10**20:
        return "an integer of more than 20 digits"
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value[:60] if isinstance(value, str) else value)
    return text if len(text) <= 62 else f"{text[:60]}..."


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, float):
        amount = Decimal(repr(value))
        return amount if amount.is_finite() else None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    return None
