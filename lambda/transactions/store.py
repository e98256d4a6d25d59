"""The table of transactions."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from transactions.database import Connection
from transactions.model import CENT, Transaction

_COLUMNS = "transaction_id, amount, region, event_id, created_at, type, currency, account_id, counterparty_id, metadata"
INSERT = (
    f"insert into transactions.transactions ({_COLUMNS}, sensitive) "  # noqa: S608
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (transaction_id) do nothing"
)
FIND = f"select {_COLUMNS}, sensitive from transactions.transactions where transaction_id = %s"  # noqa: S608
_CONDITIONS = (
    "(created_at, transaction_id) < (%(at)s, %(id)s) and created_at >= %(since)s and created_at < %(before)s "
    "and (%(type)s::text is null or coalesce(type, 'payment') = %(type)s) "
    "order by created_at desc, transaction_id desc limit %(limit)s"
)
# Sixteen short ranges of the index, one for each first digit of a random id (see the migration), or two of an account's
# indexes. Each gives at most a page, and the newest of them are the page.
BY_TIME = (
    f"select {_COLUMNS} from generate_series(0, 15) as digits (digit) cross join lateral "  # noqa: S608
    f"(select {_COLUMNS} from transactions.transactions where left(event_id::text, 1) = to_hex(digits.digit) "
    f"and {_CONDITIONS}) as part order by created_at desc, transaction_id desc limit %(limit)s"
)
BY_ACCOUNT = (
    f"select {_COLUMNS} from ((select {_COLUMNS} from transactions.transactions "  # noqa: S608
    f"where account_id = %(account_id)s and {_CONDITIONS}) union all (select {_COLUMNS} "
    f"from transactions.transactions where counterparty_id = %(account_id)s and {_CONDITIONS})) as parts "
    "order by created_at desc, transaction_id desc limit %(limit)s"
)
_BEGIN = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_END = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Filter:
    """Which transactions are wanted; None leaves a condition out.

    Args:
        account_id: on either side.
        type: one of model.TYPES.
        since: the earliest moment.
        before: the first moment that is too late.
    """

    account_id: str | None = None
    type: str | None = None
    since: dt.datetime | None = None
    before: dt.datetime | None = None


@dataclass(frozen=True)
class Position:
    """Where in the list a page ends."""

    created_at: dt.datetime
    transaction_id: str


def values(transaction: Transaction) -> tuple[object, ...]:
    """What INSERT stores."""
    return (
        transaction.transaction_id,
        transaction.amount,
        transaction.region,
        transaction.event_id,
        transaction.created_at,
        transaction.type,
        transaction.currency,
        transaction.account_id,
        transaction.counterparty_id,
        json.dumps(transaction.metadata, ensure_ascii=False) if transaction.metadata else None,
        transaction.sealed,
    )


def insert(connection: Connection, transaction: Transaction) -> bool:
    """Store a transaction.

    Returns:
        False if its id is there already; then nothing was changed.
    """
    return connection.execute(INSERT, values(transaction)).rowcount == 1


def find(connection: Connection, transaction_id: str) -> Transaction | None:
    """The transaction with this id."""
    row = connection.execute(FIND, [transaction_id]).fetchone()
    return None if row is None else _transaction(row)


def page(connection: Connection, wanted: Filter, after: Position | None, limit: int) -> list[Transaction]:
    """Transactions, the newest first, without their sensitive fields.

    Args:
        connection: of either kind.
        wanted: which ones.
        after: the position of the last one of the page before; None for the first page.
        limit: most transactions to return.
    """
    last = after or Position(_END, "")
    parameters = {
        "account_id": wanted.account_id,
        "type": wanted.type,
        "since": wanted.since or _BEGIN,
        "before": wanted.before or _END,
        "at": last.created_at,
        "id": last.transaction_id,
        "limit": limit,
    }
    statement = BY_TIME if wanted.account_id is None else BY_ACCOUNT
    return [_transaction(row) for row in connection.execute(statement, parameters)]


def _transaction(row: tuple[Any, ...]) -> Transaction:
    identifier, amount, region, event_id, created_at, kind, currency, account_id, counterparty_id, metadata = row[:10]
    return Transaction(
        transaction_id=identifier,
        amount=amount.quantize(CENT),
        region=region,
        event_id=event_id,
        created_at=created_at.astimezone(dt.UTC),
        type=kind or "payment",
        currency=currency,
        account_id=account_id,
        counterparty_id=counterparty_id,
        metadata=json.loads(metadata) if metadata else {},
        sealed=row[10] if len(row) > 10 else None,
    )
