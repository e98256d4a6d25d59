"""What the functions of the content rules leave in the database: a row an event, however often it is delivered."""

from __future__ import annotations

import datetime as dt

from transactions.database import Connection
from transactions.events import TransactionCreated
from transactions.routed import Routed

REVIEW = (
    "insert into transactions.reviews "
    "(event_id, transaction_id, amount, currency, reason, origin_region, region, created_at, requested_at) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
AUDIT = (
    "insert into transactions.audit_lines (event_id, transaction_id, type, amount, currency, account_id, "
    "counterparty_id, account_classes, origin_region, region, created_at, recorded_at) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"
)
NOTIFIED = "select 1 from transactions.notifications where event_id = %s"
NOTE = (
    "insert into transactions.notifications (event_id, region, published_at) values (%s, %s, %s) on conflict do nothing"
)


def request_review(connection: Connection, routed: Routed, *, region: str, now: dt.datetime) -> bool:
    """Ask for a look at a transaction.

    Args:
        connection: in a transaction.
        routed: the event, and why it is to be looked at.
        region: where this is done.
        now: when.

    Returns:
        False if it was asked for before.
    """
    event = routed.event
    what = (event.event_id, event.transaction_id, event.amount, event.currency, routed.reason)
    return connection.execute(REVIEW, (*what, event.region, region, event.timestamp, now)).rowcount == 1


def audit(connection: Connection, event: TransactionCreated, *, region: str, now: dt.datetime) -> bool:
    """Add a line to the audit. False if it is there already."""
    what = (event.event_id, event.transaction_id, event.type, event.amount, event.currency)
    whose = (event.account_id, event.counterparty_id, ",".join(event.account_classes))
    return connection.execute(AUDIT, (*what, *whose, event.region, region, event.timestamp, now)).rowcount == 1


def notified(connection: Connection, event: TransactionCreated) -> bool:
    """Whether subscribers were told of the event."""
    return connection.execute(NOTIFIED, [event.event_id]).fetchone() is not None


def note(connection: Connection, event: TransactionCreated, *, region: str, now: dt.datetime) -> None:
    """Note that subscribers were told of the event."""
    connection.execute(NOTE, [event.event_id, region, now])
