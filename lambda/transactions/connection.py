"""A connection to this Region's cluster: token, TLS, and a time limit for every answer.

DSQL has no `statement_timeout` and no cancel, so the client keeps the time. psycopg waits for the socket in steps and
can be told when to give up; the connection is closed then, for the answer would come to the next question. That needs
no signal, so it works in any thread and never interrupts Python code half way.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import select
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

from transactions.errors import SettingsError
from transactions.failures import ConnectError, SilenceError
from transactions.settings import Settings
from transactions.token import Credentials, generate

AMAZON_ROOTS = Path(__file__).with_name("amazon-roots.pem")
_STEP_SECONDS = 0.1
Result = TypeVar("Result")


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection whose answers are waited for no longer than until a moment."""

    _until = math.inf

    @contextlib.contextmanager
    def answering_until(self, moment: float) -> Iterator[None]:
        """Limit the statements of a block.

        Args:
            moment: on the clock of `time.monotonic`, in seconds. After it a statement that has no answer raises a
                SilenceError and the connection is closed; what the statement did is unknown.
        """
        self._until = moment
        try:
            yield
        finally:
            self._until = math.inf

    def wait(self, gen: PQGen[Result], interval: float = _STEP_SECONDS, timeout: float | None = None) -> Result:
        """Wait as psycopg does, until the moment at most."""
        if timeout is not None or self._until == math.inf:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(0.0, self._until - time.monotonic()))
        except errors._WaitTimeout:
            self.close()
            raise SilenceError("no answer in time; the connection was closed") from None


def connect(settings: Settings, environment: Mapping[str, str], *, application: str, seconds: float) -> Connection:
    """Connect with a new token.

    Args:
        settings: where and as which role.
        environment: looked at for the role's credentials (set by Lambda) and for PGSSLROOTCERT, a file of root
            certificates to trust instead of Amazon's.
        application: name shown among the cluster's connections.
        seconds: time that is left; between 2, the least that libpq knows, and 5 are used.

    Raises:
        ConnectError: no connection.
        SettingsError: the environment has no credentials.
    """
    host, role = settings.cluster_endpoint, settings.database_role
    token = generate(host, role, settings.aws_region, _credentials(environment), dt.datetime.now(dt.UTC))
    try:
        # Neither port nor address: libpq takes 5432 and DNS, or PGPORT and PGHOSTADDR where the cloud is embedded.
        return Connection.connect(
            host=host,
            user=role,
            password=token,
            dbname="postgres",
            sslmode="verify-full",
            sslnegotiation="direct",
            sslrootcert=environment.get("PGSSLROOTCERT") or str(AMAZON_ROOTS),
            connect_timeout=max(2, min(5, int(seconds))),
            tcp_user_timeout=10_000,
            keepalives_idle=30,
            keepalives_interval=5,
            application_name=application,
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        raise ConnectError(str(error)) from error


def dead(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has closed an idle connection: then its socket has something to read. Asks nobody.

    An error and the end of both directions are told of without being asked for: poll(2), POLLERR and POLLHUP.
    """
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
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
