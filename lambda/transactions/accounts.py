"""Balances of accounts: never negative, whoever writes at the same moment in whichever Region.

Every change reads its accounts FOR UPDATE and writes them in the same transaction. DSQL does not wait for a lock: of
two that touch one account, the later COMMIT fails (40001) and runs again on the new balance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from transactions.database import Connection
from transactions.errors import InsufficientFundsError, InvalidCommandError
from transactions.model import CENT, DEFAULT_ACCOUNT_CLASS, LARGEST_BALANCE, Transaction, shown

LOCK = (
    "select account_id, currency, balance, version, account_class from transactions.accounts "
    "where account_id = any(%s) order by account_id for update"
)
OPEN = (
    "insert into transactions.accounts (account_id, currency, balance, version, updated_at, account_class) "
    "values (%s, %s, %s, 1, %s, %s) on conflict (account_id) do nothing"
)
CHANGE = (
    "update transactions.accounts set balance = %s, version = %s, updated_at = %s "
    "where account_id = %s and version = %s"
)


@dataclass(frozen=True)
class Account:
    """An account.

    Args:
        account_id: the caller's.
        currency: ISO 4217 code; never changes.
        balance: with two decimals, not negative.
        version: counts its changes; 0 before the first.
        account_class: one of model.ACCOUNT_CLASSES; never changes.
    """

    account_id: str
    currency: str
    balance: Decimal
    version: int
    account_class: str


@dataclass(frozen=True)
class Posted:
    """What became of the accounts.

    Args:
        versions: the new ones, by account.
        classes: each class once, in alphabetical order.
    """

    versions: dict[str, int]
    classes: tuple[str, ...]


def movements(transaction: Transaction) -> dict[str, Decimal]:
    """What a transaction adds to its accounts' balances; nothing for a payment."""
    account, amount = transaction.account_id or "", transaction.amount
    if transaction.type == "deposit":
        return {account: amount}
    if transaction.type == "withdrawal":
        return {account: -amount}
    if transaction.type == "transfer":
        return {account: -amount, transaction.counterparty_id or "": amount}
    return {}


def post(connection: Connection, transaction: Transaction) -> Posted:
    """Change the balances of a transaction's accounts. A deposit opens its account.

    Args:
        connection: in the transaction that also stores `transaction`, once.
        transaction: of a type that moves money.

    Raises:
        InsufficientFundsError: a balance would be negative.
        InvalidCommandError: an account does not exist, has another currency or class, or would be over the largest
            balance.
    """
    wanted = movements(transaction)
    found = {account.account_id: account for account in _lock(connection, list(wanted))}
    moved = [_move(connection, transaction, account_id, amount, found) for account_id, amount in wanted.items()]
    return Posted(
        {account.account_id: account.version for account in moved},
        tuple(sorted({account.account_class for account in moved})),
    )


def _lock(connection: Connection, account_ids: Sequence[str]) -> list[Account]:
    # Accounts that were opened before there were classes have none.
    return [
        Account(row[0], row[1], row[2].quantize(CENT), row[3], row[4] or DEFAULT_ACCOUNT_CLASS)
        for row in connection.execute(LOCK, [account_ids])
    ]


def _move(
    connection: Connection, transaction: Transaction, account_id: str, amount: Decimal, found: Mapping[str, Account]
) -> Account:
    """Change one account; returns what it is now."""
    field = "account_id" if account_id == transaction.account_id else "counterparty_id"
    currency, now = transaction.currency or "", transaction.created_at
    account = found.get(account_id)
    if account is None:
        if transaction.type != "deposit":
            raise InvalidCommandError(field, f"{field} {shown(account_id)} is no account; a deposit opens one")
        account = Account(account_id, currency, amount, 1, transaction.account_class or DEFAULT_ACCOUNT_CLASS)
        opened = connection.execute(OPEN, [account_id, currency, amount, now, account.account_class])
        assert opened.rowcount == 1, "one that was opened at the same moment is a conflict (40001)"
        return account
    if account.currency != currency:
        raise InvalidCommandError("currency", f"currency must be that of account {account_id}, {account.currency}")
    if transaction.account_class not in (None, account.account_class):
        said = f"account_class must be that of account {account_id}, {account.account_class}, or be left out"
        raise InvalidCommandError("account_class", said)
    balance = account.balance + amount
    if balance < 0:
        raise InsufficientFundsError("amount", f"amount is more than account {shown(account_id)} has")
    if balance > LARGEST_BALANCE:
        raise InvalidCommandError("amount", f"amount would bring account {account_id} over {LARGEST_BALANCE}")
    _change(connection, account, balance, now)
    return replace(account, balance=balance, version=account.version + 1)


def _change(connection: Connection, account: Account, balance: Decimal, now: dt.datetime) -> None:
    changed = connection.execute(CHANGE, [balance, account.version + 1, now, account.account_id, account.version])
    assert changed.rowcount == 1, "the account was read in this snapshot"
