"""Transactions of the types that are notified: tells the subscribers of a topic, once for each."""

from __future__ import annotations

import datetime as dt
import os
from functools import cache

from transactions import effects, routed, topic
from transactions.database import Database
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.settings import NotifySettings, load


def handler(event: object, context: Context) -> dict[str, object]:
    """Publish a notification, and note that it was published.

    SNS has no transaction with the database. The note comes last, so that no notification is lost; a subscriber gets
    a second copy only if the function ends between the two, and knows it by its `event_id`.

    Args:
        event: as the input transformer of the rule made it, maybe more than once.
        context: Lambda's.

    Returns:
        The `event_id`, and whether the notification is `new`.

    Raises:
        EventError: the event is not one of ours; Lambda sends it to the queue of failed invocations.
        PublishError: SNS did not take it; Lambda tries again.
        UnavailableError: the database cannot be reached; Lambda tries again.
    """
    log, deadline = Log.of(context, os.environ), Deadline.of(context)
    found, settings, database = routed.parse(event).event, _settings(), _database()
    log.carry(found.trace())
    new = not database.run(lambda connection: effects.notified(connection, found), deadline, log)
    if new:
        topic.publish(settings.topic_arn, found)
        now, region = dt.datetime.now(dt.UTC), settings.aws_region
        database.run(lambda connection: effects.note(connection, found, region=region, now=now), deadline, log)
    log.info("notified", hop="notify", event_id=found.event_id, transaction_id=found.transaction_id, new=new)
    return {"event_id": str(found.event_id), "new": new}


@cache
def _settings() -> NotifySettings:
    return load(NotifySettings, os.environ)


@cache
def _database() -> Database:
    return Database(_settings(), os.environ, application="notify")
