"""Lets one relay work on a Region's events at a time, so that relays that overlap do not publish twice.

A lease is written twice per run of a relay; to claim each event would write it twice more, and conflict. A lease that
nobody gives back ends by itself. Should its holder wake up after that, some events are published twice: consumers
tell by the event's id.
"""

from __future__ import annotations

import datetime as dt
import uuid

from transactions.database import Connection

HELD = "select until from transactions.relay_leases where owner_region = %s"
TAKE = (
    "insert into transactions.relay_leases (owner_region, holder, until) values (%s, %s, %s) "
    "on conflict (owner_region) do update set holder = excluded.holder, until = excluded.until "
    "where relay_leases.until <= %s or relay_leases.holder = excluded.holder"
)
GIVE_BACK = "update transactions.relay_leases set until = %s where owner_region = %s and holder = %s"


def take(connection: Connection, region: str, holder: uuid.UUID, *, until: dt.datetime, now: dt.datetime) -> bool:
    """Take the lease of a Region's events; fit to run again after an unknown outcome.

    Args:
        connection: in a transaction.
        region: whose events.
        holder: who takes it, new for each run.
        until: when it ends by itself.
        now: the moment.

    Returns:
        False if another relay has it.
    """
    held = connection.execute(HELD, [region]).fetchone()
    # Most runs that find it held end here: reading conflicts with nobody, but the insert would with giving back.
    if held is not None and held > (now,) and held != (until,):
        return False
    return connection.execute(TAKE, [region, holder, until, now]).rowcount == 1


def give_back(connection: Connection, region: str, holder: uuid.UUID, *, now: dt.datetime) -> None:
    """End the lease, if the holder still has it."""
    connection.execute(GIVE_BACK, [now, region, holder])
