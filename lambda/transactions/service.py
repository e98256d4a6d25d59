"""What the transactions function does: one decision, one database transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from transactions import accounts, store
from transactions.commands import WriteTransaction
from transactions.database import Database
from transactions.errors import IdentifierTakenError, UnknownTransactionError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.model import Transaction, shown
from transactions.recording import Recorder
from transactions.store import Filter, Position


@dataclass(frozen=True)
class Written:
    """The outcome of a write.

    Args:
        transaction: as it is stored.
        repeated: the same write was carried out before; nothing was changed by this one.
    """

    transaction: Transaction
    repeated: bool


class Service:
    """Stores and finds transactions of one Region.

    Args:
        database: this Region's.
        region: name of the Region.
        wake_relay: called after each new transaction; must not raise.
    """

    def __init__(self, database: Database, *, region: str, wake_relay: Callable[[Log], None]) -> None:
        self._database = database
        self._recorder = Recorder(database)
        self._region = region
        self._wake_relay = wake_relay

    def write(self, command: WriteTransaction, deadline: Deadline, log: Log) -> Written:
        """Store a transaction and its event together, once per id, in whichever Region it was asked first.

        Raises:
            IdentifierTakenError: the id is taken by a transaction with other content.
            CommandError: the accounts do not allow it; nothing is stored.
            UnavailableError: the database cannot be reached, or conflicts lasted until the deadline.
        """
        # Made before the first attempt: an attempt after an unknown COMMIT recognizes by its event id what it wrote.
        proposed = Transaction(
            transaction_id=command.transaction_id,
            amount=command.amount,
            region=self._region,
            event_id=uuid.uuid4(),
            created_at=dt.datetime.now(dt.UTC),
            type=command.type,
            currency=command.currency,
            account_id=command.account_id,
            counterparty_id=command.counterparty_id,
            metadata=command.metadata,
            account_class=command.account_class,
        )
        store_it = self._recorder.post if accounts.movements(proposed) else self._recorder.record
        stored = store_it(proposed, deadline, log)
        if stored.content() != command.content():
            raise IdentifierTakenError(
                "transaction_id",
                f"transaction_id {shown(command.transaction_id)} was used before with other content; "
                "use a new id, or repeat the write as it was",
            )
        repeated = stored.event_id != proposed.event_id
        if not repeated:
            self._wake_relay(log)
        return Written(stored, repeated)

    def read(self, transaction_id: str, deadline: Deadline, log: Log) -> Transaction:
        """The stored transaction.

        Raises:
            UnknownTransactionError: there is none with this id.
            UnavailableError: the database cannot be reached.
        """
        found = self._database.run_statements(lambda connection: store.find(connection, transaction_id), deadline, log)
        if found is None:
            raise UnknownTransactionError("transaction_id", f"no transaction has the id {shown(transaction_id)}")
        return found

    def page(
        self, wanted: Filter, after: Position | None, limit: int, deadline: Deadline, log: Log
    ) -> tuple[list[Transaction], Position | None]:
        """A page of transactions, the newest first, and where it ends; None if it is the last.

        Raises:
            UnavailableError: the database cannot be reached.
        """
        found = self._database.run_statements(
            lambda connection: store.page(connection, wanted, after, limit + 1), deadline, log
        )
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], Position(last.created_at, last.transaction_id)
