"""One connection per execution environment, and transactions that are run again when others were faster."""

from __future__ import annotations

import datetime as dt
import random
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import pq

from transactions.errors import ContentionError, DatabaseUnavailableError, SettingsError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.settings import Settings
from transactions.token import Credentials, generate

Connection = psycopg.Connection[tuple[Any, ...]]
Result = TypeVar("Result")

AMAZON_ROOTS = Path(__file__).with_name("amazon-roots.pem")
MOST_ATTEMPTS = 8
_BASE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
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
        environment: looked at, with each new connection, for the role's credentials (set by Lambda) and for
            PGSSLROOTCERT, a file of root certificates to trust instead of Amazon's.
        application: name shown among the cluster's connections.
        transient: errors, besides a lost connection, after which a whole transaction is run again. DSQL reports
            conflicts, also with a change of the schema, as 40001 at any statement or at COMMIT:
            https://docs.aws.amazon.com/aurora-dsql/latest/userguide/working-with-concurrency-control.html
    """

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        *,
        application: str,
        transient: tuple[type[psycopg.Error], ...] = (psycopg.errors.SerializationFailure,),
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._application = application
        self._transient = transient
        self._held: _Held | None = None

    def run(self, work: Callable[[Connection], Result], deadline: Deadline, log: Log) -> Result:
        """Run `work` as one transaction, again from its start after a conflict or a lost connection.

        A connection may be lost when its COMMIT was carried out already. So `work` must be fit to run after itself:
        it takes its ids and times from outside, and finds by key what it wrote before.

        Args:
            work: does SQL and nothing else.
            deadline: no attempt starts after it.
            log: told of each attempt that failed.

        Returns:
            What `work` returned.

        Raises:
            DatabaseUnavailableError: no connection, or it was lost again and again.
            ContentionError: conflicts in every attempt, or until the deadline.
            psycopg.Error: any other error of a statement, as it came.
        """

        def transaction(connection: Connection) -> Result:
            with connection.transaction():
                return work(connection)

        return self.run_statements(transaction, deadline, log)

    def run_statements(self, work: Callable[[Connection], Result], deadline: Deadline, log: Log) -> Result:
        """Like `run`, but each statement of `work` is a transaction of its own."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                return self._once(work, deadline)
            except psycopg.Error as error:
                lost = self._held is None
                if not lost and not isinstance(error, self._transient):
                    raise
                pause = random.uniform(0, min(_LONGEST_PAUSE_SECONDS, _BASE_SECONDS * 2**attempt))  # noqa: S311
                over = attempt == MOST_ATTEMPTS or pause >= deadline.left()
                log.warning(
                    "transaction failed" if over else "transaction will be run again",
                    attempt=attempt,
                    sqlstate=error.sqlstate,
                    error=str(error).strip(),
                )
                if over and lost:
                    raise DatabaseUnavailableError("the database ended the connection; try again") from error
                if over:
                    raise ContentionError("other writers were faster each time; try again") from error
                time.sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._held is not None:
            self._held.connection.close()
            self._held = None

    def _once(self, work: Callable[[Connection], Result], deadline: Deadline) -> Result:
        connection = self._connection(deadline)
        try:
            return work(connection)
        finally:
            if connection.closed or connection.info.transaction_status != pq.TransactionStatus.IDLE:
                self.close()

    def _connection(self, deadline: Deadline) -> Connection:
        if self._held is not None and (time.time() > self._held.until or _dead(self._held.connection)):
            self.close()
        if self._held is None:
            self._held = _Held(self._connect(deadline), time.time() + random.uniform(*_CONNECTION_SECONDS))  # noqa: S311
        return self._held.connection

    def _connect(self, deadline: Deadline) -> Connection:
        settings = self._settings
        credentials = _credentials(self._environment)
        now = dt.datetime.now(dt.UTC)
        try:
            # Neither port nor address: libpq takes 5432 and DNS, or PGPORT and PGHOSTADDR where the cloud is embedded.
            return psycopg.connect(
                host=settings.cluster_endpoint,
                user=settings.database_role,
                password=generate(
                    settings.cluster_endpoint, settings.database_role, settings.aws_region, credentials, now
                ),
                dbname="postgres",
                sslmode="verify-full",
                sslnegotiation="direct",
                sslrootcert=self._environment.get("PGSSLROOTCERT") or str(AMAZON_ROOTS),
                connect_timeout=max(2, min(5, int(deadline.left()))),
                tcp_user_timeout=10_000,
                keepalives_idle=30,
                keepalives_interval=5,
                application_name=self._application,
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError("the database cannot be reached; try again") from error


def _dead(connection: Connection) -> bool:
    """Whether the server has closed an idle connection: then its socket has something to read. Asks nobody."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
    return bool(poll.poll(0))


def _credentials(environment: Mapping[str, str]) -> Credentials:
    try:
        return Credentials(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment.get("AWS_SESSION_TOKEN"),
        )
    except KeyError as error:
        raise SettingsError(f"{error.args[0]} is not in the environment; Lambda sets it from the role") from None
