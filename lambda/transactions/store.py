"""The table of transactions."""

from __future__ import annotations

from transactions.database import Connection
from transactions.model import CENT, Transaction

_COLUMNS = "transaction_id, amount, region, event_id, created_at"
INSERT = (
    f"insert into transactions.transactions ({_COLUMNS}) values (%s, %s, %s, %s, %s) "  # noqa: S608
    "on conflict (transaction_id) do nothing"
)
FIND = f"select {_COLUMNS} from transactions.transactions where transaction_id = %s"  # noqa: S608


def values(transaction: Transaction) -> tuple[object, ...]:
    """What INSERT stores."""
    return (
        transaction.transaction_id,
        transaction.amount,
        transaction.region,
        transaction.event_id,
        transaction.created_at,
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
    if row is None:
        return None
    identifier, amount, region, event_id, created_at = row
    return Transaction(identifier, amount.quantize(CENT), region, event_id, created_at)
