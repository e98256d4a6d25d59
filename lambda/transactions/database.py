"""One connection per execution environment, and transactions that are run again where that can help."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg import pq

from transactions.circuit import Circuit
from transactions.connection import Connection, connect, dead
from transactions.errors import ContentionError, DatabaseUnavailableError
from transactions.failures import POLICIES, UNHEALTHY, Failure, classify
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.settings import Settings

__all__ = ["Connection", "Database"]

Result = TypeVar("Result")

# An answer takes DSQL milliseconds; a connection that is silent for so long is worse than a new one.
ATTEMPT_SECONDS = 5.0
# DSQL ends a connection after 60 minutes; https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
# The spread keeps many environments from connecting anew at the same moment (100 new connections per second).
_CONNECTION_SECONDS = (45 * 60, 55 * 60)


@dataclass
class _Held:
    connection: Connection
    until: float  # on the wall clock: it goes on while Lambda freezes the environment


class Database:
    """The database of this Region, for one execution environment.

    Args:
        settings: where and as which role to connect.
        environment: looked at with each new connection, see `connection.connect`.
        application: name shown among the cluster's connections.
        transient: errors that count as conflicts besides 40001, which DSQL reports at any statement or at COMMIT:
            https://docs.aws.amazon.com/aurora-dsql/latest/userguide/working-with-concurrency-control.html
        attempt_seconds: longest time that one attempt waits for answers.
    """

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        application: str,
        transient: tuple[type[psycopg.Error], ...] = (),
        attempt_seconds: float = ATTEMPT_SECONDS,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._application = application
        self._transient = transient
        self._attempt_seconds = attempt_seconds
        self._held: _Held | None = None
        self.circuit = Circuit("database")

    def run(self, work: Callable[[Connection], Result], deadline: Deadline, log: Log) -> Result:
        """Run `work` as one transaction, again from its start after a failure that passes (see `failures`).

        What a failed attempt did is sometimes unknown: its connection was lost, it got no answer in time, or the server
        failed at COMMIT. So `work` must be fit to run after itself, and after a COMMIT of its own that is still on
        its way. It takes its ids and times from outside, and begins by inserting under a key; if the key is
        there already, or comes up at the same moment (40001), it finds and returns what it wrote before. Only to
        look for the key first would not be enough: the lost COMMIT may come after the look.

        Args:
            work: does SQL and nothing else.
            deadline: no attempt starts after it, or goes on.
            log: told of each attempt that failed.

        Returns:
            What `work` returned.

        Raises:
            DatabaseUnavailableError: no connection, no answer, it was lost again and again, or what `work` needs is not
                there before the schema migration ends.
            CircuitOpenError: that happened so often that the database is left alone for some seconds.
            ContentionError: conflicts in every attempt, or until the deadline.
            psycopg.Error: any other error of a statement, as it came.
        """

        def transaction(connection: Connection) -> Result:
            with connection.transaction():
                return work(connection)

        return self.run_statements(transaction, deadline, log)

    def run_statements(self, work: Callable[[Connection], Result], deadline: Deadline, log: Log) -> Result:
        """Like `run`, but each statement of `work` is a transaction of its own."""
        failures: Counter[Failure] = Counter()
        while True:
            self.circuit.check()
            try:
                result = self._once(work, deadline)
            except psycopg.Error as error:
                failure = self._classify(error)
                self._judge(failure, log)
                failures[failure] += 1
                pause = random.uniform(*POLICIES[failure].pause(failures[failure]))  # noqa: S311
                over = failures[failure] == POLICIES[failure].attempts or pause >= deadline.left()
                if failure is Failure.FINAL:
                    raise
                log.warning(
                    "transaction failed" if over else "transaction will be run again",
                    attempt=failures.total(),
                    failure=failure.name.lower(),
                    sqlstate=error.sqlstate,
                    error=str(error).strip(),
                )
                if over:
                    kind = ContentionError if failure is Failure.CONFLICT else DatabaseUnavailableError
                    raise kind(failure.value) from error
                time.sleep(pause)
            else:
                self.circuit.succeeded(log)
                if failures:
                    log.metric("TransactionRetries", failures.total())
                return result

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._held is not None:
            self._held.connection.close()
            self._held = None

    def _once(self, work: Callable[[Connection], Result], deadline: Deadline) -> Result:
        connection = self._connection(deadline)
        until = time.monotonic() + min(self._attempt_seconds, deadline.left())
        try:
            with connection.answering_until(until):
                return work(connection)
        finally:
            if connection.closed or connection.info.transaction_status != pq.TransactionStatus.IDLE:
                self.close()

    def _judge(self, failure: Failure, log: Log) -> None:
        """Tell the circuit what a failure says of the database: one that answers, if with an error, is well."""
        if failure in UNHEALTHY:
            self.circuit.failed(log, weight=UNHEALTHY[failure])
        elif failure not in (Failure.EXPIRED, Failure.REFUSED):
            self.circuit.succeeded(log)

    def _classify(self, error: psycopg.Error) -> Failure:
        if isinstance(error, self._transient):
            return Failure.CONFLICT
        return classify(error, lost=self._held is None)

    def _connection(self, deadline: Deadline) -> Connection:
        if self._held is not None and (time.time() > self._held.until or dead(self._held.connection)):
            self.close()
        if self._held is None:
            connection = connect(
                self._settings, self._environment, application=self._application, seconds=deadline.left()
            )
            self._held = _Held(connection, time.time() + random.uniform(*_CONNECTION_SECONDS))  # noqa: S311
        return self._held.connection
