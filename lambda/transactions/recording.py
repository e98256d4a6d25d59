"""Stores a transaction, its event and what it does to balances together; alone knows how many round trips that takes.

One statement does both, so that a write is one round trip instead of four, and no COMMIT can be lost between two
answers. Whether DSQL takes an INSERT inside WITH is not documented; where it says no (0A000), the same two inserts
go in a transaction of their own, for as long as the execution environment lives.
"""

from __future__ import annotations

from collections.abc import Callable

from psycopg import errors

from transactions import accounts, outbox, store
from transactions.database import Connection, Database
from transactions.events import TransactionCreated
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.model import Transaction

TOGETHER = (
    f"with stored as ({store.INSERT} returning transaction_id) "  # noqa: S608
    f"insert into transactions.outbox ({outbox.COLUMNS}) select %s, %s, %s, %s, %s, %s, %s from stored"
)


class Recorder:
    """Stores transactions with their events.

    Args:
        database: this Region's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._one_trip = True

    def post(self, proposed: Transaction, deadline: Deadline, log: Log) -> Transaction:
        """Like `record`, for a transaction that also changes balances; these need a look before the write.

        Raises:
            CommandError: the accounts do not allow it; nothing is stored.
        """
        return self._database.run(_work(proposed, with_balances), deadline, log)

    def record(self, proposed: Transaction, deadline: Deadline, log: Log) -> Transaction:
        """Store a transaction and its event, once per id. May be run again after any failure.

        Returns:
            What is stored under the id: `proposed`, or what came before it.
        """
        if self._one_trip:
            try:
                return self._database.run_statements(_work(proposed, together), deadline, log)
            except errors.FeatureNotSupported as error:
                log.warning("the database takes no insert inside WITH; writes need more round trips", error=str(error))
                self._one_trip = False
        return self._database.run(_work(proposed, in_turn), deadline, log)


def together(connection: Connection, transaction: Transaction) -> bool:
    """Store both by one statement. False if the id is there already; then nothing was changed."""
    values = (*store.values(transaction), *outbox.values(TransactionCreated.of(transaction)))
    return connection.execute(TOGETHER, values).rowcount == 1


def in_turn(connection: Connection, transaction: Transaction) -> bool:
    """Store both by two statements of one transaction. False if the id is there already."""
    if not store.insert(connection, transaction):
        return False
    outbox.add(connection, TransactionCreated.of(transaction))
    return True


def with_balances(connection: Connection, transaction: Transaction) -> bool:
    """Store both, and change the balances. False if the id is there already; then nothing is changed."""
    if not store.insert(connection, transaction):
        return False
    posted = accounts.post(connection, transaction)
    outbox.add(connection, TransactionCreated.of(transaction, posted.versions, posted.classes))
    return True


def _work(
    proposed: Transaction, insert: Callable[[Connection, Transaction], bool]
) -> Callable[[Connection], Transaction]:
    def work(connection: Connection) -> Transaction:
        if insert(connection, proposed):
            return proposed
        found = store.find(connection, proposed.transaction_id)
        assert found is not None, "rows are never deleted, and a snapshot is not older than the statement before it"
        return found

    return work
