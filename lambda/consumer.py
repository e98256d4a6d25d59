"""The consumer of the other Region's events: records each receipt once, and each account's newest transaction."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache

from transactions import events, inbox
from transactions.database import Connection, Database
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.settings import Settings, load

NAME = "receipt"


def handler(event: object, context: Context) -> dict[str, object]:
    """Record that an event of the other Region has arrived.

    Args:
        event: as EventBridge delivers it, maybe more than once.
        context: Lambda's.

    Returns:
        The `event_id`, and whether it is `new` to this consumer.

    Raises:
        EventError: the event is not one of ours; Lambda sends it to the queue of failed invocations.
        UnavailableError: the database cannot be reached; Lambda tries again.
    """
    log = Log.of(context, os.environ)
    received = events.parse(event)
    log.carry(received.trace())
    region = _settings().aws_region
    now = dt.datetime.now(dt.UTC)

    def work(connection: Connection) -> tuple[bool, list[str]]:
        if not inbox.record(connection, NAME, received, region=region, received_at=now):
            return False, []
        return True, inbox.advance(connection, NAME, received, received_at=now)

    new, older = _database().run(work, Deadline.of(context), log)
    if new:  # by the clocks of two machines, so that some milliseconds say nothing
        log.metric("ReplicationLag", max(0.0, round((now - received.timestamp).total_seconds(), 3)), "Seconds")
    log.info(
        "event received",
        hop="received",
        event_id=received.event_id,
        transaction_id=received.transaction_id,
        origin_region=received.region,
        new=new,
        out_of_order=older,
    )
    return {"event_id": str(received.event_id), "new": new}


@cache
def _settings() -> Settings:
    return load(Settings, os.environ)


@cache
def _database() -> Database:
    return Database(_settings(), os.environ, application="consumer")
