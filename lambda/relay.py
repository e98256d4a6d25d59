"""The relay: puts this Region's stored events on its bus. Woken after each write, and by a schedule."""

from __future__ import annotations

import os
from functools import cache

from transactions.database import Database
from transactions.drain import Drain, Drained
from transactions.errors import CircuitOpenError
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.publisher import Publisher
from transactions.settings import RelaySettings, load

RESERVE_SECONDS = 10.0  # a batch that has begun can still end: two tries of PutEvents, and a delete


def handler(event: object, context: Context) -> dict[str, object]:  # noqa: ARG001 - its content says nothing
    """Publish what waits in the outbox.

    Args:
        event: not looked at.
        context: Lambda's.

    Returns:
        How many events were `published`, how many `refused` by the bus, and whether nothing else is left.

    Raises:
        ApplicationError: the bus or the database cannot be reached. The events wait for the next run.
    """
    log = Log.of(context, os.environ)
    try:
        drained = _drain().run(Deadline.of(context, reserve=RESERVE_SECONDS), log)
    except CircuitOpenError as error:
        # No failure of this run, which did nothing: a later one finds the events.
        log.warning("outbox left as it is", error=str(error))
        drained = Drained()
    result: dict[str, object] = {
        "published": drained.published,
        "refused": len(drained.refused),
        "complete": drained.complete,
    }
    log.info("outbox drained", **result)
    return result


@cache
def _drain() -> Drain:
    settings = load(RelaySettings, os.environ)
    database = Database(settings, os.environ, application="relay")
    return Drain(database, Publisher(settings.event_bus_name).publish, settings.aws_region)
