"""Field encryption: written in one Region and read in the other, bound to its row, and what goes on without KMS."""

from __future__ import annotations

import importlib
import json

import pytest
from transactions.model import parse_sensitive

calls = importlib.import_module("tests.lambda.calls")  # not to be had by `import`: lambda is a keyword
call, name = calls.call, calls.name

PRIMARY, SECONDARY = "us-east-1", "us-east-2"
CARD = "4111 1111 1111 1111"
SECRET = {"card": CARD, "iban": "DE89 3704 0044 0532 0130 00"}
NOWHERE = "http://127.0.0.1:9"  # nobody listens on the port `discard`


@pytest.fixture(scope="session")
def keys(bare_stage):
    """ARNs of a multi-Region key and its replica, by Region."""
    metadata = bare_stage.client("kms").create_key(MultiRegion=True)["KeyMetadata"]
    replica = bare_stage.client("kms").replicate_key(KeyId=metadata["KeyId"], ReplicaRegion=SECONDARY)
    return {PRIMARY: metadata["Arn"], SECONDARY: replica["ReplicaKeyMetadata"]["Arn"]}


@pytest.fixture
def say(call, keys):
    """`call` with the Region's key; KMS can be taken away."""

    def run(method, path, body=None, *, region=PRIMARY, kms=None):
        environment = {"FIELD_KEY_ARN": keys[region], **({"AWS_ENDPOINT_URL_KMS": kms} if kms else {})}
        return call(method, path, body, region=region, environment=environment)

    return run


@pytest.fixture
def write(say):
    """Store a transaction with sensitive fields; returns its id."""

    def run(sensitive=SECRET, *, region=PRIMARY):
        identifier = name()
        status, body, _ = say(
            "POST",
            "/transactions",
            {"transaction_id": identifier, "amount": "1.00", "sensitive": sensitive},
            region=region,
        )
        assert (status, "sensitive" in body) == (201, False)
        return identifier

    return run


def again(identifier, sensitive):
    return {"transaction_id": identifier, "amount": "1.00", "sensitive": sensitive}


# --- over the API, on the embedded cloud's KMS


@pytest.mark.parametrize(("here", "there"), [(PRIMARY, SECONDARY), (SECONDARY, PRIMARY)])
def test_what_one_region_stored_the_other_reads_by_its_own_key(write, say, here, there):
    identifier = write(region=here)
    status, body, _ = say("GET", f"/transactions/{identifier}", region=there)
    assert (status, body["sensitive"], body["region"]) == (200, SECRET, here)


def test_the_database_holds_ciphertext_alone(write, stage):
    identifier = write()
    with stage.sql() as connection:
        row = connection.execute("select * from transactions.transactions where transaction_id = %s", [identifier])
        held = (
            repr(row.fetchone()).encode()
            + connection.execute(
                "select sensitive from transactions.transactions where transaction_id = %s", [identifier]
            ).fetchone()[0]
        )
    assert CARD.encode() not in held
    assert b"card" not in held


def test_neither_the_event_nor_the_log_nor_a_list_has_them(write, say, stage, lines):
    identifier = write()
    say("GET", f"/transactions/{identifier}")
    page = say("GET", "/transactions")[1]
    with stage.sql() as connection:
        (detail,) = connection.execute(
            "select detail from transactions.outbox where transaction_id = %s", [identifier]
        ).fetchone()
    for text in (detail, json.dumps(page), json.dumps(lines())):
        assert identifier in text
        assert CARD not in text
        assert "sensitive" not in text


def test_the_same_write_again_is_the_same_answer_and_another_text_is_refused(write, say):
    identifier = write()
    assert say("POST", "/transactions", again(identifier, SECRET), region=SECONDARY)[0] == 201
    status, problem, _ = say("POST", "/transactions", again(identifier, {"card": "another"}))
    assert (status, problem["field"]) == (422, "transaction_id")
    assert say("POST", "/transactions", {"transaction_id": identifier, "amount": "1.00"})[0] == 422


@pytest.mark.parametrize(
    "change",
    [
        "sensitive = set_byte(sensitive, length(sensitive) - 1, get_byte(sensitive, length(sensitive) - 1) # 1)",
        "sensitive = set_byte(sensitive, 0, 9)",
        "sensitive = substring(sensitive from 1 for 40)",
        "sensitive = (select sensitive from transactions.transactions where transaction_id = %(other)s)",
    ],
    ids=["a bit of the tag", "the version", "cut short", "moved from another row"],
)
def test_a_value_that_was_changed_or_moved_is_refused(write, say, stage, lines, change):
    identifier, other = write(), write({"card": "of the other row"})
    with stage.sql() as connection:
        connection.execute(
            f"update transactions.transactions set {change} where transaction_id = %(id)s",
            {"id": identifier, "other": other},
        )
    lines()
    status, problem, _ = say("GET", f"/transactions/{identifier}")
    assert (status, "of the other row" in json.dumps(problem)) == (500, False)
    assert any("DamagedFieldsError" in line.get("traceback", "") for line in lines())


def test_without_kms_plain_fields_are_read_and_sensitive_ones_are_not_written(write, say, lines):
    identifier, fresh = write(), name()
    lines()
    status, body, _ = say("GET", f"/transactions/{identifier}", kms=NOWHERE)
    assert (status, body["amount"], body["sensitive_unavailable"]) == (200, "1.00", True)
    assert any(line["message"] == "sensitive fields left out" for line in lines())
    assert say("POST", "/transactions", {"transaction_id": fresh, "amount": "1.00"}, kms=NOWHERE)[0] == 201
    status, problem, _ = say("POST", "/transactions", again(name(), SECRET), kms=NOWHERE)
    assert (status, problem["detail"]) == (503, "the key service cannot be reached; try again")
    assert CARD not in json.dumps(lines())


def test_a_disabled_key_refuses_and_an_enabled_one_serves_again(write, say, stage, keys):
    identifier, kms = write(), stage.client("kms")
    kms.disable_key(KeyId=keys[PRIMARY])
    try:
        assert say("GET", f"/transactions/{identifier}")[1]["sensitive_unavailable"] is True
        # The other Region's replica is a key of its own.
        assert say("GET", f"/transactions/{identifier}", region=SECONDARY)[1]["sensitive"] == SECRET
    finally:
        kms.enable_key(KeyId=keys[PRIMARY])
    assert say("GET", f"/transactions/{identifier}")[1]["sensitive"] == SECRET


def test_a_write_without_sensitive_fields_can_be_repeated_where_there_is_a_key(say):
    plain = {"transaction_id": name(), "amount": "1.00"}
    assert [say("POST", "/transactions", plain)[0] for _ in range(2)] == [201, 201]


def test_where_there_is_no_key_sensitive_fields_are_refused_with_the_cure(write, call):
    status, problem, _ = call("POST", "/transactions", again(name(), SECRET))
    assert (status, problem["field"]) == (400, "sensitive")
    assert "field_encryption" in problem["detail"]
    assert call("GET", f"/transactions/{write()}", environment={"FIELD_KEY_ARN": ""})[1]["sensitive_unavailable"]


@pytest.mark.parametrize("bad", [{}, CARD, [CARD], {"card": 1}, {"card": CARD + "\n"}, {CARD + "!": "x"}])
def test_a_refused_value_is_not_shown(bad):
    with pytest.raises(
        ValueError, match=r"must be an object of 1 to 16 texts .*; what was given is not shown"
    ) as error:
        parse_sensitive(bad)
    assert CARD not in str(error.value)


def test_deep_health_tells_of_the_circuit(say):
    assert say("GET", "/health/deep")[1]["key_service"] == {"circuit": "closed"}
