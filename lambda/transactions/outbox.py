"""Events that are stored with what they tell of, and wait here until they are on the bus.

Each Region publishes its own rows only, so the relays of two Regions never meet. The shard leads the index, so that
writes at the same time go to different places of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from transactions.database import Connection
from transactions.events import TRANSACTION_CREATED, TransactionCreated

SHARDS = 16
COLUMNS = "event_id, owner_region, shard, transaction_id, detail_type, detail, created_at"
INSERT = f"insert into transactions.outbox ({COLUMNS}) values (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
WAITING = (
    "select event_id, transaction_id, detail_type, detail, created_at from transactions.outbox "
    "where owner_region = %s and shard >= %s and event_id <> all(%s) order by shard, created_at limit %s"
)
DELETE = "delete from transactions.outbox where event_id = any(%s)"


@dataclass(frozen=True)
class Waiting:
    """An event that is not on the bus yet.

    Args:
        event_id: ours.
        transaction_id: what it tells of.
        detail_type: EventBridge's `detail-type`.
        detail: the JSON text that goes to the bus as it is.
        created_at: when it was stored.
    """

    event_id: uuid.UUID
    transaction_id: str
    detail_type: str
    detail: str
    created_at: dt.datetime


def values(event: TransactionCreated) -> tuple[object, ...]:
    """What INSERT stores of an event, for the relay of the Region that it comes from."""
    return (
        event.event_id,
        event.region,
        event.event_id.int % SHARDS,
        event.transaction_id,
        TRANSACTION_CREATED,
        event.detail(),
        event.timestamp,
    )


def add(connection: Connection, event: TransactionCreated) -> None:
    """Store an event."""
    connection.execute(INSERT, values(event))


def waiting(
    connection: Connection, region: str, *, shard: int, without: Collection[uuid.UUID], limit: int
) -> list[Waiting]:
    """The Region's events from a shard on, the oldest of each shard first.

    Args:
        connection: in a transaction.
        region: the Region that wrote them.
        shard: the first shard to look at, 0 to SHARDS - 1.
        without: ids to leave out.
        limit: most events to return.
    """
    rows = connection.execute(WAITING, [region, shard, list(without), limit])
    return [Waiting(*row) for row in rows]


def delete(connection: Connection, event_ids: Collection[uuid.UUID]) -> None:
    """Remove events that are on the bus; one that is gone already is no error."""
    connection.execute(DELETE, [list(event_ids)])
