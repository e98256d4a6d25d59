"""Money moves between accounts: all of it or none, once, and never below zero."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from transactions import events
from transactions.commands import WriteTransaction
from transactions.errors import CommandError, InsufficientFundsError
from transactions.events import TransactionCreated
from transactions.model import LARGEST_BALANCE
from transactions.service import Service


@pytest.fixture
def service(stage):
    database = stage.database("transactions")
    yield Service(database, region="us-east-1", wake_relay=lambda _: None)
    database.close()


@pytest.fixture
def move(service, deadline, log):
    """`move("transfer", "5", a, b)`; returns what was written."""

    def run(kind, amount, account, counterparty=None, *, identifier=None, currency="EUR"):
        command = WriteTransaction(
            identifier or str(uuid.uuid4()),
            Decimal(amount).quantize(Decimal("0.01")),
            kind,
            currency,
            account,
            counterparty,
        )
        return service.write(command, deadline, log)

    return run


def name() -> str:
    return f"acc-{uuid.uuid4()}"


def balance(stage, *accounts) -> list[tuple[str, int]]:
    with stage.sql() as connection:
        rows = {
            row[0]: (str(row[1].quantize(Decimal("0.01"))), row[2])
            for row in connection.execute(
                "select account_id, balance, version from transactions.accounts where account_id = any(%s)",
                [list(accounts)],
            )
        }
    return [rows.get(account) for account in accounts]


def test_deposit_opens_an_account_transfer_moves_and_withdrawal_takes(stage, move):
    a, b = name(), name()
    move("deposit", "100", a)
    move("deposit", "1", b)
    move("transfer", "30.50", a, b)
    move("withdrawal", "9.50", a)
    assert balance(stage, a, b) == [("60.00", 3), ("31.50", 2)]


def test_same_transfer_again_moves_nothing(stage, move):
    a, b, identifier = name(), name(), str(uuid.uuid4())
    move("deposit", "100", a)
    move("deposit", "1", b)
    first = move("transfer", "30", a, b, identifier=identifier)
    again = move("transfer", "30", a, b, identifier=identifier)
    assert (first.repeated, again.repeated, first.transaction) == (False, True, again.transaction)
    assert balance(stage, a, b) == [("70.00", 2), ("31.00", 2)]
    with pytest.raises(CommandError, match="used before with other content"):
        move("transfer", "30", b, a, identifier=identifier)


@pytest.mark.parametrize("kind", ["withdrawal", "transfer"])
def test_balance_never_goes_below_zero_and_a_refusal_leaves_nothing(stage, move, kind):
    a, b, identifier = name(), name(), str(uuid.uuid4())
    move("deposit", "10", a)
    move("deposit", "1", b)
    with pytest.raises(InsufficientFundsError, match="more than account"):
        move(kind, "10.01", a, b if kind == "transfer" else None, identifier=identifier)
    assert balance(stage, a, b) == [("10.00", 1), ("1.00", 1)]
    with stage.sql() as connection:
        for table in ("transactions", "outbox"):
            rows = connection.execute(f"select 1 from transactions.{table} where transaction_id = %s", [identifier])
            assert rows.fetchall() == []
    move(kind, "10", a, b if kind == "transfer" else None, identifier=identifier)
    assert balance(stage, a) == [("0.00", 2)]


def test_accounts_must_exist_and_have_the_currency(move):
    a, b = name(), name()
    with pytest.raises(CommandError, match="is no account; a deposit opens one") as refusal:
        move("withdrawal", "1", a)
    assert refusal.value.field == "account_id"
    move("deposit", "5", a)
    with pytest.raises(CommandError, match="is no account") as refusal:
        move("transfer", "1", a, b)
    assert refusal.value.field == "counterparty_id"
    with pytest.raises(CommandError, match=r"must be that of account acc-.*, EUR"):
        move("deposit", "5", a, currency="USD")


def test_a_balance_ends_where_its_column_does(stage, move):
    a = name()
    move("deposit", "1", a)
    with stage.sql() as connection:
        connection.execute(
            "update transactions.accounts set balance = %s where account_id = %s", [LARGEST_BALANCE - 1, a]
        )
    move("deposit", "1", a)
    assert balance(stage, a) == [(str(LARGEST_BALANCE), 2)]
    with pytest.raises(CommandError, match=f"would bring account {a} over {LARGEST_BALANCE}") as refusal:
        move("deposit", "0.01", a)
    assert refusal.value.field == "amount"
    assert balance(stage, a) == [(str(LARGEST_BALANCE), 2)]


def test_account_that_two_open_at_once_has_both_deposits(stage, deadline, log):
    a = name()

    def deposit(region: str) -> None:
        database = stage.database("transactions", region)
        service = Service(database, region=region, wake_relay=lambda _: None)
        service.write(WriteTransaction(str(uuid.uuid4()), Decimal("5.00"), "deposit", "EUR", a), deadline, log)
        database.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deposit, ["us-east-1", "us-east-2"] * 2))
    assert balance(stage, a) == [("20.00", 4)]


def test_two_withdrawals_at_once_cannot_both_take_the_last_money(stage, deadline, log):
    a = name()
    database = stage.database("transactions")
    service = Service(database, region="us-east-1", wake_relay=lambda _: None)
    service.write(WriteTransaction(str(uuid.uuid4()), Decimal("10.00"), "deposit", "EUR", a), deadline, log)

    def withdraw(region: str) -> bool:
        database = stage.database("transactions", region)
        service = Service(database, region=region, wake_relay=lambda _: None)
        command = WriteTransaction(str(uuid.uuid4()), Decimal("10.00"), "withdrawal", "EUR", a)
        try:
            service.write(command, deadline, log)
        except InsufficientFundsError:
            return False
        finally:
            database.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(withdraw, ["us-east-1", "us-east-2"] * 2)) == 1
    assert balance(stage, a) == [("0.00", 2)]
    database.close()


def versions(stage, identifier) -> dict[str, int]:
    with stage.sql() as connection:
        rows = connection.execute("select detail from transactions.outbox where transaction_id = %s", [identifier])
        return json.loads(rows.fetchone()[0])["account_versions"]


def test_the_event_of_an_accounts_first_deposit_has_version_1(stage, move):
    a, identifier = name(), str(uuid.uuid4())
    move("deposit", "5", a, identifier=identifier)
    assert versions(stage, identifier) == {a: 1}


def test_event_has_the_accounts_versions_and_no_metadata(stage, service, move, deadline, log):
    a, b = name(), name()
    move("deposit", "100", a)
    move("deposit", "1", b)
    identifier = str(uuid.uuid4())
    service.write(
        WriteTransaction(identifier, Decimal("1.00"), "transfer", "EUR", a, b, {"note": "private"}), deadline, log
    )
    with stage.sql() as connection:
        detail = connection.execute(
            "select detail from transactions.outbox where transaction_id = %s", [identifier]
        ).fetchone()[0]
    assert json.loads(detail)["account_versions"] == {a: 2, b: 2}
    assert "private" not in detail
    received = events.parse(
        {"source": "dsql.application", "detail-type": "Transaction Created", "detail": json.loads(detail)}
    )
    assert (received.type, received.currency, received.counterparty_id) == ("transfer", "EUR", b)
    assert received.detail() == detail


@pytest.mark.parametrize("versions", [[], "x", {"a": 0}, {"a": "1"}, {"a": True}, {"a b": 1}])
def test_damaged_versions_are_refused(versions):
    detail = json.loads(created(name(), 1).detail()) | {"account_versions": versions or [1]}
    with pytest.raises(events.EventError, match="account_versions must be"):
        events.parse({"source": "dsql.application", "detail-type": "Transaction Created", "detail": detail})


def created(account: str, version: int) -> TransactionCreated:
    moment = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return TransactionCreated(
        uuid.uuid4(),
        f"t-{version}",
        Decimal("1.00"),
        "us-east-1",
        moment,
        "deposit",
        "EUR",
        account,
        None,
        {account: version},
    )


def test_consumer_keeps_the_newest_and_drops_what_arrives_late_or_twice(stage, invoke, lines):
    a = name()
    seen = []
    for version in (1, 3, 2, 4):
        event = created(a, version)
        delivered = {
            "source": "dsql.application",
            "detail-type": "Transaction Created",
            "detail": json.loads(event.detail()),
        }
        assert invoke("consumer", delivered, region="us-east-2")["new"] is True
        assert invoke("consumer", delivered, region="us-east-2")["new"] is False
        with stage.sql() as connection:
            row = connection.execute(
                "select version, transaction_id from transactions.account_versions where account_id = %s", [a]
            ).fetchone()
        seen.append(row)
    assert seen == [(1, "t-1"), (3, "t-3"), (3, "t-3"), (4, "t-4")]
    assert [line["out_of_order"] for line in lines() if line.get("new")] == [[], [], [a], []]


def test_an_event_names_the_classes_of_its_accounts(stage, service, move, deadline, log):
    a, b = name(), name()
    opened = WriteTransaction(str(uuid.uuid4()), Decimal("10.00"), "deposit", "EUR", a, account_class="business")
    service.write(opened, deadline, log)
    move("deposit", "1", b)
    transfer = move("transfer", "2", a, b)
    payment = move("payment", "2", a)
    with stage.sql() as connection:
        found = dict(
            connection.execute(
                "select transaction_id, detail from transactions.outbox where transaction_id = any(%s)",
                [[opened.transaction_id, transfer.transaction.transaction_id, payment.transaction.transaction_id]],
            ).fetchall()
        )
    classes = {identifier: json.loads(detail).get("account_classes") for identifier, detail in found.items()}
    assert classes == {
        opened.transaction_id: ["business"],
        transfer.transaction.transaction_id: ["business", "personal"],
        payment.transaction.transaction_id: None,
    }


def test_class_of_an_account_never_changes(service, move, deadline, log):
    a = name()
    move("deposit", "1", a)
    with pytest.raises(CommandError, match=f"account_class must be that of account {a}, personal, or be left out"):
        service.write(
            WriteTransaction(str(uuid.uuid4()), Decimal("1.00"), "deposit", "EUR", a, account_class="business"),
            deadline,
            log,
        )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"type": "payment", "account_class": "business"}, "account_class is for a deposit, not for a payment"),
        ({"type": "deposit", "account_class": "royal"}, "account_class must be one of business, institution, personal"),
    ],
)
def test_class_is_a_deposits_alone_and_one_of_three(invoke, fields, said):
    event = {"operation": "write", "amount": 1, "currency": "EUR", "account_id": "a", **fields}
    answer = invoke("transactions", event)
    assert (answer["statusCode"], json.loads(answer["body"])["field"]) == (400, "account_class")
    assert said in json.loads(answer["body"])["error"]
