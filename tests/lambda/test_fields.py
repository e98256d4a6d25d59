"""Field encryption: written in one Region and read in the other, bound to its row, and what goes on without KMS."""

from __future__ import annotations

import importlib
import json
import types
import uuid

import pytest
from botocore.exceptions import ClientError
from transactions import data_keys
from transactions.circuit import THRESHOLD, State
from transactions.data_keys import LONGEST_SECONDS, MOST_KEPT, DataKeys
from transactions.errors import CircuitOpenError, DamagedFieldsError, KeysUnavailableError
from transactions.fields import Fields
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


# --- data keys


class Kms:
    """The embedded cloud's KMS, which counts and can be made to fail."""

    def __init__(self, stage, arn):
        self.client, self.calls, self.error = stage.client("kms", arn.split(":")[3]), [], None

    def __getattr__(self, operation):
        def run(**request):
            self.calls.append(operation)
            if self.error:
                raise ClientError({"Error": {"Code": self.error}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "")
            return getattr(self.client, operation)(**request)

        return run


@pytest.fixture
def kms(bare_stage, keys):
    return Kms(bare_stage, keys[PRIMARY])


@pytest.fixture
def clock():
    return types.SimpleNamespace(now=1_800_000_000.0)


@pytest.fixture
def data(kms, keys, clock):
    return DataKeys(keys[PRIMARY], kms, clock=lambda: clock.now)


def test_one_data_key_serves_many_rows_and_is_never_asked_for_again(data, kms, log):
    fields = Fields(data)
    sealed = {name(): None for _ in range(20)}
    sealed = {row: fields.seal(row, SECRET, log) for row in sealed}
    assert len(set(sealed.values())) == 20
    assert all(fields.open(row, value, log) == SECRET for row, value in sealed.items())
    assert kms.calls == ["generate_data_key"]


def test_a_data_key_is_replaced_by_age_and_by_use(data, kms, clock, log, monkeypatch):
    first = data.for_sealing(log)
    clock.now += LONGEST_SECONDS - 1
    assert data.for_sealing(log) == first
    clock.now += 1
    second = data.for_sealing(log)
    assert second != first
    monkeypatch.setattr(data_keys, "MOST_USES", 1)
    assert data.for_sealing(log) != second
    clock.now -= 3600
    assert data.for_sealing(log) != second
    assert kms.calls == ["generate_data_key"] * 4


def test_unwrapped_keys_are_forgotten_by_age_and_by_number(data, kms, keys, clock, log, monkeypatch):
    wrapped = [DataKeys(keys[PRIMARY], kms).for_sealing(log).wrapped for _ in range(3)]
    kms.calls.clear()
    monkeypatch.setattr(data_keys, "MOST_KEPT", 2)
    for each in wrapped:
        data.for_opening(each, log)
    data.for_opening(wrapped[2], log)
    assert len(kms.calls) == 3
    data.for_opening(wrapped[0], log)
    assert len(kms.calls) == 4
    clock.now += LONGEST_SECONDS
    data.for_opening(wrapped[0], log)
    assert len(kms.calls) == 5
    assert MOST_KEPT == 256


def test_rotation_leaves_what_is_stored_readable(data, kms, keys, log, bare_stage):
    fields, row = Fields(data), name()
    sealed = fields.seal(row, SECRET, log)
    bare_stage.client("kms").enable_key_rotation(KeyId=keys[PRIMARY])
    assert Fields(DataKeys(keys[PRIMARY], kms)).open(row, sealed, log) == SECRET


def test_a_key_that_was_wrapped_for_something_else_is_refused(data, kms, keys, log):
    other = kms.client.generate_data_key(KeyId=keys[PRIMARY], KeySpec="AES_256", EncryptionContext={"table": "x"})
    with pytest.raises(DamagedFieldsError, match="not wrapped by this key for this column"):
        data.for_opening(other["CiphertextBlob"], log)


@pytest.mark.parametrize("code", ["ThrottlingException", "KMSInternalException", "KeyUnavailableException"])
def test_kms_that_fails_opens_its_circuit(data, kms, log, code):
    kms.error = code
    for _ in range(THRESHOLD):
        with pytest.raises(KeysUnavailableError, match="the key service fails"):
            data.for_sealing(log)
    with pytest.raises(CircuitOpenError, match="the key service is not well"):
        data.for_sealing(log)
    assert len(kms.calls) == THRESHOLD


@pytest.mark.parametrize("code", ["AccessDeniedException", "DisabledException", "KMSInvalidStateException"])
def test_kms_that_refuses_is_well(data, kms, log, code):
    kms.error = code
    for _ in range(THRESHOLD + 1):
        with pytest.raises(KeysUnavailableError, match="cannot be used now"):
            data.for_sealing(log)
    assert data.circuit.state is State.CLOSED


def test_a_warm_key_lets_writes_go_on(data, kms, log):
    fields, row = Fields(data), str(uuid.uuid4())
    sealed = fields.seal(row, SECRET, log)
    kms.error = "KMSInternalException"
    assert fields.open(row, fields.seal(row, SECRET, log), log) == fields.open(row, sealed, log) == SECRET
