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
        False if this consumer had received it before.
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
    return connection.execute(INSERT, values).rowcount == 1
