"""The relay's work: empty this Region's outbox onto its bus."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from transactions import outbox
from transactions.database import Connection, Database
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.outbox import Waiting
from transactions.publisher import LARGEST_BATCH, Outcome

_READ_AT_ONCE = 10 * LARGEST_BATCH
_DELETE_SECONDS = 3.0  # of what the relay keeps back: what is on the bus must leave the outbox


@dataclass
class Drained:
    """What a run of the relay did.

    Args:
        published: number of events that are on the bus and out of the outbox.
        refused: ids of events that EventBridge refused, with its error code; they stay for the next run.
        complete: whether nothing but refused events was left.
    """

    published: int = 0
    refused: dict[uuid.UUID, str] = field(default_factory=dict)
    complete: bool = False


class Drain:
    """Empties the outbox of one Region.

    Args:
        database: this Region's.
        publish: puts at most LARGEST_BATCH events on the bus.
        region: only its events are published.
    """

    def __init__(self, database: Database, publish: Callable[[list[Waiting], Log], Outcome], region: str) -> None:
        self._database = database
        self._publish = publish
        self._region = region

    def run(self, deadline: Deadline, log: Log) -> Drained:
        """Publish batch by batch, until nothing is left or the time is up.

        An event leaves the outbox after it is on the bus, so a crash between the two publishes it again: consumers
        tell by its id.

        Args:
            deadline: no batch starts after it.
            log: gets a line per batch, with the ids.

        Raises:
            PublishError: the bus cannot be reached; the events stay.
            CircuitOpenError: the bus or the database failed so often that it is left alone; the events stay.
            UnavailableError: the database cannot be reached.
        """
        drained = Drained()
        shard = random.randrange(outbox.SHARDS)  # noqa: S311 - relays that run together begin apart
        while deadline.left() > 0 and not drained.complete:
            events = self._waiting(shard, drained.refused, deadline, log)
            for start in range(0, len(events), LARGEST_BATCH):
                if deadline.left() > 0:
                    self._batch(events[start : start + LARGEST_BATCH], drained, deadline, log)
            if not events:
                drained.complete = shard == 0
                shard = 0
        return drained

    def _waiting(self, shard: int, refused: Collection[uuid.UUID], deadline: Deadline, log: Log) -> list[Waiting]:
        def read(connection: Connection) -> list[Waiting]:
            return outbox.waiting(connection, self._region, shard=shard, without=refused, limit=_READ_AT_ONCE)

        return self._database.run(read, deadline, log)

    def _batch(self, events: list[Waiting], drained: Drained, deadline: Deadline, log: Log) -> None:
        outcome = self._publish(events, log)
        accepted = {event.event_id: event.transaction_id for event in events if event.event_id in outcome.accepted}
        if accepted:
            self._database.run(
                lambda connection: outbox.delete(connection, accepted), deadline.later(_DELETE_SECONDS), log
            )
            drained.published += len(accepted)
            ids, transaction_ids = list(accepted), list(accepted.values())
            log.info("events published", hop="published", event_ids=ids, transaction_ids=transaction_ids)
        if outcome.refused:
            drained.refused |= outcome.refused
            codes = {str(event_id): code for event_id, code in outcome.refused.items()}
            log.error("events refused by the bus; they stay in the outbox", refused=codes)
