"""The relay's work: empty a Region's outbox onto this Region's bus."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from transactions import lease, outbox
from transactions.database import Connection, Database
from transactions.errors import ApplicationError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.outbox import Waiting
from transactions.publisher import MOST_ENTRIES, Cause, Outcome, batches, cause

MOST_ATTEMPTS = 10  # about a quarter of an hour, with the pauses between
_FIRST_PAUSE_SECONDS = 1  # doubles with each attempt
_LONGEST_PAUSE_SECONDS = 300
_READ_AT_ONCE = 10 * MOST_ENTRIES
# Of what the relay keeps back: a read that has begun ends well, and what is on the bus must leave the outbox.
_STATEMENT_SECONDS = 3.0
_LEASE_SECONDS = 15.0  # beyond the deadline, when Lambda has ended the run for sure


@dataclass
class Drained:
    """What a run of the relay did.

    Args:
        published: number of events that are on the bus and out of the outbox.
        refused: ids of events that EventBridge refused, with its error code; they stay for later runs.
        parked: ids of events that the bus will not take, with the code; they are in `outbox_dead`.
        complete: whether nothing but refused events was left.
        busy: another relay was at work on the same events; this run did nothing.
    """

    published: int = 0
    refused: dict[uuid.UUID, str] = field(default_factory=dict)
    parked: dict[uuid.UUID, str] = field(default_factory=dict)
    complete: bool = False
    busy: bool = False


@dataclass
class _Run:
    region: str
    stored_by: dt.datetime | None
    deadline: Deadline
    log: Log
    drained: Drained = field(default_factory=Drained)


class Drain:
    """Empties outboxes.

    Args:
        database: this Region's.
        publish: puts one of `publisher.batches` on the bus.
    """

    def __init__(self, database: Database, publish: Callable[[list[Waiting], Log], Outcome]) -> None:
        self._database = database
        self._publish = publish

    def run(self, region: str, deadline: Deadline, log: Log, *, stored_by: dt.datetime | None = None) -> Drained:
        """Publish batch by batch, until nothing is left or the time is up; one relay at a time for each Region.

        An event leaves the outbox after it is on the bus, so a crash between the two publishes it again: consumers
        tell by its id.

        Args:
            region: whose events.
            deadline: no batch starts after it.
            log: gets a line per batch, with the ids.
            stored_by: later ones are left alone. By default every event is taken.

        Raises:
            PublishError: the bus cannot be reached; the events stay.
            CircuitOpenError: the bus or the database failed so often that it is left alone; the events stay.
            UnavailableError: the database cannot be reached.
        """
        run = _Run(region, stored_by, deadline, log)
        holder = uuid.uuid4()
        while deadline.left() > 0:
            if not self._take(holder, run):
                run.drained.busy = run.drained.published == 0
                break
            try:
                self._empty(run)
            finally:
                self._give_back(holder, run)
            # An event that was stored after the last look, whose relay found the lease held, would wait for a minute.
            if not run.drained.complete or not self._waiting(0, run):
                break
            run.drained.complete = False
        return run.drained

    def _take(self, holder: uuid.UUID, run: _Run) -> bool:
        now = dt.datetime.now(dt.UTC)
        until = now + dt.timedelta(seconds=run.deadline.left() + _LEASE_SECONDS)
        return self._database.run(
            lambda connection: lease.take(connection, run.region, holder, until=until, now=now),
            run.deadline.at_least(_STATEMENT_SECONDS),
            run.log,
        )

    def _give_back(self, holder: uuid.UUID, run: _Run) -> None:
        now = dt.datetime.now(dt.UTC)
        try:
            self._database.run(
                lambda connection: lease.give_back(connection, run.region, holder, now=now),
                run.deadline.at_least(_STATEMENT_SECONDS),
                run.log,
            )
        except ApplicationError as error:
            run.log.warning("lease not given back; it ends by itself", error=str(error))

    def _empty(self, run: _Run) -> None:
        """Go round the shards: one that is written to as fast as it is read must not keep the others waiting."""
        shard = random.randrange(outbox.SHARDS)  # noqa: S311 - so that no shard is always the last
        while run.deadline.left() > 0 and not run.drained.complete:
            events = self._waiting(shard, run)
            self._move(events, run)
            run.drained.complete = shard == 0 and not events
            shard = _next(shard, events)

    def _waiting(self, shard: int, run: _Run) -> list[Waiting]:
        now = dt.datetime.now(dt.UTC)

        def read(connection: Connection) -> list[Waiting]:
            return outbox.waiting(
                connection,
                run.region,
                shard=shard,
                without=run.drained.refused,
                stored_by=run.stored_by or now + dt.timedelta(days=1),  # clocks of writers may be ahead
                now=now,
                limit=_READ_AT_ONCE,
            )

        return self._database.run(read, run.deadline.at_least(_STATEMENT_SECONDS), run.log)

    def _move(self, events: list[Waiting], run: _Run) -> None:
        """Publish batch by batch, then remove all in one transaction: each waits for the other Region's quorum."""
        accepted: list[Waiting] = []
        try:
            for batch in batches(events):
                if run.deadline.left() > 0:
                    accepted += self._batch(batch, run)
        finally:
            if accepted:
                until = run.deadline.at_least(_STATEMENT_SECONDS)
                self._database.run(lambda connection: outbox.delete(connection, accepted), until, run.log)

    def _batch(self, batch: list[Waiting], run: _Run) -> list[Waiting]:
        outcome = self._publish(batch, run.log)
        accepted = outcome.accepted
        if accepted:
            run.drained.published += len(accepted)
            ids, transaction_ids = [e.event_id for e in accepted], [e.transaction_id for e in accepted]
            run.log.info("events published", hop="published", event_ids=ids, transaction_ids=transaction_ids)
        if outcome.refused:
            self._refused(outcome.refused, run, run.deadline.at_least(_STATEMENT_SECONDS))
        return accepted

    def _refused(self, refused: list[tuple[Waiting, str]], run: _Run, until: Deadline) -> None:
        """Keep for later what may pass, park what will not. One that only failed is poison if others were accepted."""
        now = dt.datetime.now(dt.UTC)
        well = run.drained.published > 0

        def work(connection: Connection) -> dict[uuid.UUID, str]:
            parked = {}
            for event, code in refused:
                if cause(code) is Cause.ENTRY or (
                    cause(code) is Cause.BUS and well and event.attempts + 1 >= MOST_ATTEMPTS
                ):
                    outbox.park(connection, event, code, now=now)
                    parked[event.event_id] = code
                elif cause(code) is Cause.BUS:
                    outbox.postpone(connection, event, code, retry_at=now + pause(event.attempts))
            return parked

        parked = self._database.run(work, until, run.log)
        stay = {event.event_id: code for event, code in refused if event.event_id not in parked}
        run.drained.parked |= parked
        run.drained.refused |= stay
        for message, codes in (
            ("events parked in outbox_dead; the bus will not take them", parked),
            ("events refused by the bus; they stay in the outbox", stay),
        ):
            if codes:
                run.log.error(message, refused={str(event_id): code for event_id, code in codes.items()})
        if parked:
            run.log.metric("EventsParked", len(parked))


def _next(shard: int, events: list[Waiting]) -> int:
    """Where to look after a look from this shard on: where that one was cut off, or beyond a shard that filled it."""
    if len(events) < _READ_AT_ONCE:
        return 0
    last = outbox.shard_of(events[-1].event_id)
    return last if last != shard else (last + 1) % outbox.SHARDS


def pause(attempts: int) -> dt.timedelta:
    """How long to wait before the next attempt, after so many before the last one."""
    return dt.timedelta(seconds=min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempts))
