"""What consumers have received: each event once per consumer, however often the bus delivers it."""

from __future__ import annotations

import datetime as dt

from transactions.database import Connection
from transactions.events import TransactionCreated

INSERT = (
    "insert into transactions.inbox "
    "(consumer, event_id, transaction_id, amount, origin_region, region, created_at, received_at) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)

FIND = "select received_at from transactions.inbox where consumer = %s and event_id = %s"
SEEN = (
    "insert into transactions.account_versions (consumer, account_id, version, transaction_id, seen_at) "
    "values (%s, %s, %s, %s, %s) on conflict (consumer, account_id) do update "
    "set version = excluded.version, transaction_id = excluded.transaction_id, seen_at = excluded.seen_at "
    "where account_versions.version <= excluded.version"
)


def record(
    connection: Connection, consumer: str, event: TransactionCreated, *, region: str, received_at: dt.datetime
) -> bool:
    """Record that a consumer received an event.

    Args:
        connection: in a transaction.
        consumer: the consumer's name.
        event: what was received.
        region: where it was received.
        received_at: when.

    Returns:
        False if this consumer had received it before, by another delivery.
    """
    values = (
        consumer,
        event.event_id,
        event.transaction_id,
        event.amount,
        event.region,
        region,
        event.timestamp,
        received_at,
    )
    if connection.execute(INSERT, values).rowcount == 1:
        return True
    row = connection.execute(FIND, [consumer, event.event_id]).fetchone()
    # The moment is this invocation's own: an attempt before, whose COMMIT got no answer, recorded it.
    return row == (received_at,)


def advance(connection: Connection, consumer: str, event: TransactionCreated, *, received_at: dt.datetime) -> list[str]:
    """Note the newest transaction of each account that an event is about.

    The same version again is the same event: an attempt before this one got no answer.

    Returns:
        The accounts of which the consumer knew a newer one: for them the event is out of order and changes nothing.
    """
    older = []
    for account_id, version in sorted(event.account_versions.items()):
        values = (consumer, account_id, version, event.transaction_id, received_at)
        if connection.execute(SEEN, values).rowcount == 0:
            older.append(account_id)
    return older
