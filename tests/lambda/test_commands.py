"""What callers may send: read exactly, or refused by the name of the field."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transactions import commands, model
from transactions.commands import ReadCluster, ReadTransaction, WriteTransaction
from transactions.currencies import fits
from transactions.errors import InvalidCommandError
from transactions.model import LARGEST_AMOUNT, parse_amount

AMOUNTS = st.integers(1, int(LARGEST_AMOUNT * 100)).map(lambda cents: Decimal(cents) / 100)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(AMOUNTS)
def test_amount_survives_lambdas_float_reading_of_json(amount):
    assert parse_amount(json.loads(str(amount))) == amount


@given(AMOUNTS)
def test_amount_as_a_string_is_read_exactly(amount):
    assert str(parse_amount(f"{amount:.2f}")) == f"{amount:.2f}"


@pytest.mark.parametrize(
    "amount",
    [
        None, True, False, 0, 0.0, -0.0, -1, -0.01, 0.001, 100.505, 1e-7, 1e300, float("nan"), float("inf"),
        float("-inf"), 9999999999999.995, 10_000_000_000_000, "", " 1", "1 ", "+1", "-1", "1e2", "1,5", "1.", ".5",
        "1.234", "NaN", "Infinity", "0x10", "١٢", "0", "0.00", "10000000000000", [], {}, [1], {"amount": 1},
    ],
)  # fmt: skip
def test_wrong_amount_is_refused_with_the_rule(amount):
    with pytest.raises(
        InvalidCommandError, match=r"amount must be a decimal number greater than 0, at most 99"
    ) as refusal:
        commands.parse({"operation": "write", "amount": amount})
    assert refusal.value.field == "amount"
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("sign", [1, -1])
def test_amount_too_long_to_print_is_refused_too(sign):
    with pytest.raises(InvalidCommandError, match="got an integer of more than 20 digits"):
        commands.parse({"operation": "write", "amount": sign * 10**5000})


@pytest.mark.parametrize("identifier", ["a", "test-001", "A.b_c:d-e", "0" * 64, "0f8fad5b-d9cb-469f-a165-70867728950e"])
def test_allowed_ids_are_taken_as_they_are(identifier):
    expected = WriteTransaction(identifier, Decimal("1.00"))
    assert commands.parse({"operation": "write", "transaction_id": identifier, "amount": 1}) == expected


@pytest.mark.parametrize(
    "identifier", ["", "-a", " a", "a ", "a\n", "a\0", "é", "a/b", "x" * 65, 1, 1.5, True, None, [], {}]
)
def test_wrong_id_is_refused(identifier):
    with pytest.raises(InvalidCommandError, match="transaction_id must be a string of 1 to 64") as refusal:
        commands.parse({"operation": "read", "transaction_id": identifier})
    assert refusal.value.field == "transaction_id"


def test_reads_are_told_apart_by_the_id():
    assert commands.parse({"operation": "read"}) == ReadCluster()
    assert commands.parse({"operation": "read", "transaction_id": "a"}) == ReadTransaction("a")


@given(JSON | st.fixed_dictionaries({}, optional={"operation": JSON, "transaction_id": JSON, "amount": JSON}))
def test_any_json_is_understood_or_refused(event):
    refusal = None
    try:
        commands.parse(event)
    except InvalidCommandError as error:
        refusal = error
    assert refusal is None or (isinstance(refusal.field, str) and len(str(refusal)) < 400)


@pytest.mark.parametrize("amount", [LARGEST_AMOUNT, str(LARGEST_AMOUNT), "0.01", Decimal("1E+3")])
def test_the_largest_and_the_smallest_amount_are_taken(amount):
    assert parse_amount(amount) == Decimal(amount)


@pytest.mark.parametrize("amount", [Decimal("1E+999999"), Decimal("1E-999999"), Decimal("Infinity"), Decimal("NaN")])
def test_a_decimal_of_any_size_is_refused_without_an_error_of_arithmetic(amount):
    with pytest.raises(ValueError, match="must be a decimal number greater than 0"):
        parse_amount(amount)


@pytest.mark.parametrize(
    ("parse", "good", "bad"),
    [
        (model.parse_type, "transfer", "gift"),
        (model.parse_account_class, "business", "royal"),
        (model.parse_currency, "EUR", "EURO"),
        (model.parse_identifier, "a", "a b"),
        (model.parse_metadata, {str(number): "" for number in range(16)}, {str(number): "" for number in range(17)}),
    ],
)
def test_a_field_takes_what_its_rule_says_and_nothing_else(parse, good, bad):
    assert parse(good) == good
    for wrong in (bad, None, 5, ["transfer"]):
        with pytest.raises(ValueError, match=r"^must be "):
            parse(wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**20 - 1, "9" * 20),
        (10**20, "an integer of more than 20 digits"),
        (1 - 10**20, "-" + "9" * 20),
        (-(10**20), "an integer of more than 20 digits"),
        ({"a": 1}, "an object"),
        ([1], "a list"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 60}'"),
        ("\n" * 30, "'" + r"\n" * 30 + "'"),
        ("\n" * 30 + "x", "'" + r"\n" * 29 + "\\..."),
        (True, "True"),
        (None, "None"),
    ],
)
def test_a_value_is_shown_up_to_sixty_characters(value, text):
    assert model.shown(value) == text


def test_a_currency_without_decimals_takes_whole_amounts_alone():
    assert [fits(Decimal(amount), "JPY") for amount in ("1.00", "1.50")] == [True, False]
    assert fits(Decimal("1.50"), "EUR")


def test_the_name_of_an_unknown_field_is_shown_up_to_sixty_characters():
    with pytest.raises(InvalidCommandError) as refusal:
        commands.parse({"operation": "read", "x" * 61: 1})
    assert refusal.value.field == "x" * 60
