"""What the transactions function does: one decision, one database transaction."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transactions import accounts, store
from transactions.circuit import State
from transactions.commands import WriteTransaction
from transactions.database import Database
from transactions.errors import (
    IdentifierTakenError,
    InvalidCommandError,
    UnavailableError,
    UnknownTransactionError,
)
from transactions.fields import Fields
from transactions.invocation import Deadline, milliseconds_since
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


@dataclass(frozen=True)
class Found:
    """A transaction that was read.

    Args:
        transaction: as it is stored.
        sensitive: its sensitive fields; None if it has some that cannot be read now, because of KMS.
    """

    transaction: Transaction
    sensitive: Mapping[str, str] | None = field(default_factory=dict, repr=False)


class Service:
    """Stores and finds transactions of one Region.

    Args:
        database: this Region's.
        region: name of the Region.
        wake_relay: called after each new transaction; must not raise.
        fields: encrypts sensitive fields; None where none are accepted.
    """

    def __init__(
        self, database: Database, *, region: str, wake_relay: Callable[[Log], None], fields: Fields | None = None
    ) -> None:
        self._database = database
        self._fields = fields
        self._recorder = Recorder(database)
        self._region = region
        self._wake_relay = wake_relay

    def write(self, command: WriteTransaction, deadline: Deadline, log: Log) -> Written:
        """Store a transaction and its event together, once per id, in whichever Region it was asked first.

        Raises:
            IdentifierTakenError: the id is taken by a transaction with other content.
            CommandError: the accounts do not allow it, or sensitive fields are not accepted; nothing is stored.
            UnavailableError: the database cannot be reached, conflicts lasted until the deadline, or KMS gives no key
                for sensitive fields.
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
            sealed=self._seal(command, log),
            correlation_id=log.trace.correlation_id if log.trace else None,
            trace_header=log.trace.header if log.trace else None,
        )
        store_it = self._recorder.post if accounts.movements(proposed) else self._recorder.record
        started = time.perf_counter()
        stored = store_it(proposed, deadline, log)
        log.metric("WriteLatency", milliseconds_since(started), "Milliseconds")
        repeated = stored.event_id != proposed.event_id
        same = stored.content() == command.content() and not (repeated and self._differ(stored, command, log))
        if not same:
            raise IdentifierTakenError(
                "transaction_id",
                f"transaction_id {shown(command.transaction_id)} was used before with other content; "
                "use a new id, or repeat the write as it was",
            )
        if not repeated:
            self._wake_relay(log)
        return Written(stored, repeated)

    def read(self, transaction_id: str, deadline: Deadline, log: Log) -> Found:
        """The stored transaction, with its sensitive fields if KMS lets them be read.

        Raises:
            DamagedFieldsError: the sensitive fields are not what was stored with this transaction.
            UnknownTransactionError: there is none with this id.
            UnavailableError: the database cannot be reached.
        """
        found = self._database.run_statements(lambda connection: store.find(connection, transaction_id), deadline, log)
        if found is None:
            raise UnknownTransactionError("transaction_id", f"no transaction has the id {shown(transaction_id)}")
        if found.sealed is None:
            return Found(found)
        if self._fields is None:
            return Found(found, None)
        try:
            return Found(found, self._fields.open(transaction_id, found.sealed, log))
        except UnavailableError as error:
            log.warning("sensitive fields left out", transaction_id=transaction_id, error=str(error))
            return Found(found, None)

    def key_circuit(self) -> State | None:
        """The circuit of KMS; None where no sensitive fields are accepted."""
        return self._fields.keys.circuit.state if self._fields is not None else None

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

    def _seal(self, command: WriteTransaction, log: Log) -> bytes | None:
        """Encrypt outside of the transaction, which may run more than once and does nothing but SQL."""
        if not command.sensitive:
            return None
        if self._fields is None:
            raise InvalidCommandError(
                "sensitive",
                "sensitive is not accepted: this deployment has no key for it (input `field_encryption` of the module)",
            )
        return self._fields.seal(command.transaction_id, command.sensitive, log)

    def _differ(self, stored: Transaction, command: WriteTransaction, log: Log) -> bool:
        """Whether a repetition has other sensitive fields; two sealed values of the same text are never alike."""
        if stored.sealed is None or self._fields is None:
            return False
        return self._fields.open(stored.transaction_id, stored.sealed, log) != command.sensitive
