"""Large transactions: asks, once for each, that somebody looks at it."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache

from transactions import effects, routed
from transactions.database import Database
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.settings import Settings, load


def handler(event: object, context: Context) -> dict[str, object]:
    """Add a row to `reviews`.

    Args:
        event: as the input transformer of the rule made it, maybe more than once.
        context: Lambda's.

    Returns:
        The `event_id`, and whether the review is `new`.

    Raises:
        EventError: the event is not one of ours; Lambda sends it to the queue of failed invocations.
        UnavailableError: the database cannot be reached; Lambda tries again.
    """
    log = Log.of(context, os.environ)
    given, now, region = routed.parse(event), dt.datetime.now(dt.UTC), _settings().aws_region
    log.carry(given.event.trace())
    new = _database().run(
        lambda connection: effects.request_review(connection, given, region=region, now=now), Deadline.of(context), log
    )
    found = given.event
    log.info("review requested", hop="review", event_id=found.event_id, transaction_id=found.transaction_id, new=new)
    return {"event_id": str(found.event_id), "new": new}


@cache
def _settings() -> Settings:
    return load(Settings, os.environ)


@cache
def _database() -> Database:
    return Database(_settings(), os.environ, application="review")
