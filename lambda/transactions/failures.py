"""What an error of the database means for the transaction that met it: whether to run it again, when, how often.

The class of psycopg's exception does not tell: 54000 (over a limit) and 57014 (cancelled) are OperationalErrors as a
lost connection is. SQLSTATE does: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/troubleshooting.html.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import psycopg


class Failure(enum.Enum):
    """Kinds of errors, by what helps against them."""

    CONFLICT = "other writers were faster each time; try again"
    SERVER = "the database failed; try again"
    LOST = "the database ended the connection; try again"
    SILENT = "the database did not answer in time; try again"
    UNREACHABLE = "the database cannot be reached; try again"
    CROWDED = "the database takes no more connections now; try again"
    EXPIRED = "the database does not accept the token; try again"
    REFUSED = "the database cannot be reached; it refuses the connection"
    BEHIND = "the database lacks what this code needs, until the schema migration ends; try again"
    FINAL = "the statement cannot succeed"


# What speaks of the database's health, and how loudly: the circuit breaker counts these, and no others.
UNHEALTHY = {Failure.SERVER: 1, Failure.LOST: 1, Failure.CROWDED: 1, Failure.SILENT: 2, Failure.UNREACHABLE: 2}


@dataclass(frozen=True)
class Policy:
    """How often a transaction that met a failure is run, and the pauses between.

    Args:
        attempts: most attempts that may end in this kind of failure.
        least: shortest pause, in seconds.
        base: longest pause after the first failure, in seconds, half of it; doubles with each further one.
        most: longest pause of all, in seconds.
    """

    attempts: int
    least: float = 0.0
    base: float = 0.02
    most: float = 0.25

    def pause(self, failures: int) -> tuple[float, float]:
        """The shortest and the longest pause, in seconds, after so many failures of this kind."""
        return self.least, max(self.least, min(self.most, self.base * 2**failures))


POLICIES = {
    Failure.CONFLICT: Policy(attempts=8),
    Failure.SERVER: Policy(attempts=4, base=0.05, most=0.5),
    Failure.LOST: Policy(attempts=3),
    Failure.SILENT: Policy(attempts=2),
    Failure.UNREACHABLE: Policy(attempts=2, base=0.05),
    # 100 new connections per second are for all environments together; a pause as for conflicts would not spread them.
    Failure.CROWDED: Policy(attempts=5, least=0.1, base=0.25, most=1.0),
    Failure.EXPIRED: Policy(attempts=2, base=0.0),
    Failure.REFUSED: Policy(attempts=1),
    Failure.BEHIND: Policy(attempts=1),  # a migration takes seconds: longer than a caller waits
    Failure.FINAL: Policy(attempts=1),
}

_STATES = {
    "40001": Failure.CONFLICT,
    "XX000": Failure.SERVER,
    "53300": Failure.CROWDED,
    "53400": Failure.CROWDED,
    # No such schema, table or column, or no right to it: new code meets the old schema until the migration ends.
    "3F000": Failure.BEHIND,
    "42P01": Failure.BEHIND,
    "42703": Failure.BEHIND,
    "42501": Failure.BEHIND,
}
# Administrator's shutdown, crash, "cannot connect now", idle too long: the server ends the connection after them.
_ENDINGS = ("08", "57P", "25P03", "25P04")
# A failed connect has no SQLSTATE, libpq gives only the server's words. Those of DSQL, and of PostgreSQL.
_CROWDED_WORDS = ("too many connections", "rate exceeded", "waking up cluster", "remaining connection slots")
_REFUSED_WORDS = ("access denied", "certificate verify failed", "password authentication failed", "does not exist")


class ConnectError(psycopg.OperationalError):
    """No connection was made."""


class SilenceError(psycopg.OperationalError):
    """The database did not answer in time. What it was asked to do may be done."""


def classify(error: psycopg.Error, *, lost: bool) -> Failure:
    """What an error means.

    Args:
        error: as psycopg raised it.
        lost: whether the connection is gone.
    """
    if isinstance(error, ConnectError):
        return _connect_failure(str(error).lower())
    if isinstance(error, SilenceError):
        return Failure.SILENT
    state = error.sqlstate or ""
    if state in _STATES:
        return _STATES[state]
    if state.startswith(_ENDINGS):
        return Failure.LOST
    # Without a state it is libpq's own error: the connection ended in the middle of an answer.
    return Failure.LOST if lost and not state else Failure.FINAL


def _connect_failure(words: str) -> Failure:
    if any(part in words for part in _CROWDED_WORDS):
        return Failure.CROWDED
    if "access denied" in words and "expired" in words:
        return Failure.EXPIRED
    return Failure.REFUSED if any(part in words for part in _REFUSED_WORDS) else Failure.UNREACHABLE
