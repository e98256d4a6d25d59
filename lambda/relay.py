"""The relay: puts this Region's stored events on its bus. Woken after each write, and by a schedule.

Told to, it takes over what the other Region stored and cannot publish: events of a Region that is down.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from functools import cache

from transactions.database import Database
from transactions.drain import Drain, Drained
from transactions.errors import CircuitOpenError, EventError
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.model import shown
from transactions.publisher import Publisher
from transactions.settings import RelaySettings, load

RESERVE_SECONDS = 10.0  # a batch that has begun can still end: a try of PutEvents, and a delete
STALE_SECONDS = 120  # a relay that works publishes within seconds


def handler(event: object, context: Context) -> dict[str, object]:
    """Publish what waits in the outbox.

    Args:
        event: `{}` for this Region's own events. `{"take_over": "us-east-1", "older_than_seconds": 120}` for those of
            another Region that are at least so old; 120 if that is not said.
        context: Lambda's.

    Returns:
        How many events were `published`, how many `refused` by the bus and kept, how many `parked` because it will
        never take them, whether nothing else is left (`complete`), and whether another relay was at work (`busy`).

    Raises:
        EventError: the event asks for something else.
        ApplicationError: the bus or the database cannot be reached. The events wait for the next run.
    """
    log = Log.of(context, os.environ)
    region, stored_by = _task(event, dt.datetime.now(dt.UTC))
    try:
        drained = _drain().run(region, Deadline.of(context, reserve=RESERVE_SECONDS), log, stored_by=stored_by)
    except CircuitOpenError as error:
        # No failure of this run, which did nothing: a later one finds the events.
        log.warning("outbox left as it is", error=str(error))
        drained = Drained()
    result: dict[str, object] = {
        "published": drained.published,
        "refused": len(drained.refused),
        "parked": len(drained.parked),
        "complete": drained.complete,
        "busy": drained.busy,
    }
    log.info("outbox drained", owner_region=region, **result)
    return result


def _task(event: object, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """Whose events, and stored by when."""
    own = _settings().aws_region
    if not isinstance(event, Mapping) or "take_over" not in event:
        return own, None
    region, seconds = event["take_over"], event.get("older_than_seconds", STALE_SECONDS)
    if not isinstance(region, str) or not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region) or region == own:
        raise EventError(f"take_over must be another Region than {own}, got {shown(region)}")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= 7 * 86400:
        raise EventError(f"older_than_seconds must be 0 to 604800, got {shown(seconds)}")
    return region, now - dt.timedelta(seconds=seconds)


@cache
def _settings() -> RelaySettings:
    return load(RelaySettings, os.environ)


@cache
def _drain() -> Drain:
    settings = _settings()
    database = Database(settings, os.environ, application="relay")
    return Drain(database, Publisher(settings.event_bus_name).publish)
