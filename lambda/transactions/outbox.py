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
    "select o.event_id, o.transaction_id, o.detail_type, o.detail, o.created_at, coalesce(a.attempts, 0) "
    "from transactions.outbox o left join transactions.outbox_attempts a on a.event_id = o.event_id "
    "where o.owner_region = %s and o.shard >= %s and o.created_at <= %s and o.event_id <> all(%s) "
    "and (a.retry_at is null or a.retry_at <= %s) order by o.shard, o.created_at limit %s"
)
DELETE = "delete from transactions.outbox where event_id = any(%s)"
FORGET_ATTEMPTS = "delete from transactions.outbox_attempts where event_id = any(%s)"
POSTPONE = (
    "insert into transactions.outbox_attempts (event_id, attempts, error_code, retry_at) values (%s, %s, %s, %s) "
    "on conflict (event_id) do update set attempts = excluded.attempts, error_code = excluded.error_code, "
    "retry_at = excluded.retry_at"
)
PARK = (
    "insert into transactions.outbox_dead (event_id, owner_region, transaction_id, detail_type, detail, created_at, "
    "attempts, error_code, parked_at) "
    "select event_id, owner_region, transaction_id, detail_type, detail, created_at, %s, %s, %s "
    "from transactions.outbox where event_id = %s on conflict do nothing"
)
# One look into the index for each shard, however long the backlog is.
OLDEST = (
    f"select min(first.created_at) from generate_series(0, {SHARDS - 1}) as shards (shard) cross join lateral "  # noqa: S608
    "(select created_at from transactions.outbox where owner_region = %s and outbox.shard = shards.shard "
    "order by created_at limit 1) as first"
)


@dataclass(frozen=True)
class Waiting:
    """An event that is not on the bus yet.

    Args:
        event_id: ours.
        transaction_id: what it tells of.
        detail_type: EventBridge's `detail-type`.
        detail: the JSON text that goes to the bus as it is.
        created_at: when it was stored.
        attempts: how often the bus refused it.
    """

    event_id: uuid.UUID
    transaction_id: str
    detail_type: str
    detail: str
    created_at: dt.datetime
    attempts: int = 0


def shard_of(event_id: uuid.UUID) -> int:
    """The shard of an event."""
    return event_id.int % SHARDS


def values(event: TransactionCreated) -> tuple[object, ...]:
    """What INSERT stores of an event, for the relay of the Region that it comes from."""
    return (
        event.event_id,
        event.region,
        shard_of(event.event_id),
        event.transaction_id,
        TRANSACTION_CREATED,
        event.detail(),
        event.timestamp,
    )


def add(connection: Connection, event: TransactionCreated) -> None:
    """Store an event."""
    connection.execute(INSERT, values(event))


def waiting(
    connection: Connection,
    region: str,
    *,
    shard: int,
    without: Collection[uuid.UUID],
    stored_by: dt.datetime,
    now: dt.datetime,
    limit: int,
) -> list[Waiting]:
    """The Region's events from a shard on, the oldest of each shard first.

    Args:
        connection: in a transaction.
        region: the Region that wrote them.
        shard: the first shard to look at, 0 to SHARDS - 1.
        without: ids to leave out.
        stored_by: later ones are left out.
        now: events whose next attempt is later are left out.
        limit: most events to return.
    """
    rows = connection.execute(WAITING, [region, shard, stored_by, list(without), now, limit])
    return [Waiting(*row) for row in rows]


def delete(connection: Connection, events: Collection[Waiting]) -> None:
    """Remove events that are on the bus; one that is gone already is no error."""
    connection.execute(DELETE, [[event.event_id for event in events]])
    if refused_before := [event.event_id for event in events if event.attempts]:
        connection.execute(FORGET_ATTEMPTS, [refused_before])


def postpone(connection: Connection, event: Waiting, error_code: str, *, retry_at: dt.datetime) -> None:
    """Note that the bus refused an event once more.

    Args:
        connection: in a transaction.
        event: as it was read.
        error_code: EventBridge's.
        retry_at: no attempt before.
    """
    connection.execute(POSTPONE, [event.event_id, event.attempts + 1, error_code, retry_at])


def park(connection: Connection, event: Waiting, error_code: str, *, now: dt.datetime) -> None:
    """Move an event that the bus will not take to `outbox_dead`. One that is there already stays as it is.

    Args:
        connection: in a transaction.
        event: as it was read.
        error_code: EventBridge's.
        now: when it is moved.
    """
    connection.execute(PARK, [event.attempts + 1, error_code, now, event.event_id])
    delete(connection, [event])


def oldest(connection: Connection, region: str) -> dt.datetime | None:
    """When the oldest event of a Region was stored that is not on the bus; None if there is none."""
    moment: dt.datetime | None
    ((moment,),) = connection.execute(OLDEST, [region]).fetchall()
    return moment
