"""How long events wait for the bus, measured by who writes them: the relay cannot tell that it does not run."""

from __future__ import annotations

import datetime as dt
import math
import time

import psycopg

from transactions import outbox
from transactions.database import Database
from transactions.errors import UnavailableError
from transactions.invocation import Deadline
from transactions.logs import Log

EVERY_SECONDS = 60.0
_LONGEST_SECONDS = 1.0  # a write must not wait longer for a measurement


class Backlog:
    """Measures the age of the oldest event that is not on the bus.

    Args:
        database: this Region's.
        region: whose events.
    """

    def __init__(self, database: Database, region: str) -> None:
        self._database = database
        self._region = region
        self._measured = -math.inf  # never

    def age(self, deadline: Deadline, log: Log) -> float:
        """The age in seconds; 0 if nothing waits.

        Raises:
            UnavailableError: the database cannot be reached.
        """
        oldest = self._database.run_statements(
            lambda connection: outbox.oldest(connection, self._region), deadline, log
        )
        self._measured = time.time()
        now = dt.datetime.now(dt.UTC)
        age = max(0.0, (now - (oldest or now)).total_seconds())  # clocks of writers may be ahead
        log.metric("OutboxOldestAge", age, "Seconds")
        return age

    def watch(self, deadline: Deadline, log: Log) -> None:
        """Measure once in EVERY_SECONDS, as a metric. A failure is only logged."""
        now = time.time()
        if 0 <= now - self._measured < EVERY_SECONDS:
            return
        self._measured = now
        try:
            self.age(deadline.within(_LONGEST_SECONDS), log)
        except (UnavailableError, psycopg.Error) as error:
            log.warning("the outbox's age was not measured", error=str(error))
