"""Data keys: how long and how often one serves, and what a key service that fails or refuses does."""

from __future__ import annotations

import types
import uuid

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from transactions import data_keys
from transactions.circuit import THRESHOLD, State
from transactions.data_keys import LONGEST_SECONDS, MOST_KEPT, DataKeys
from transactions.errors import CircuitOpenError, DamagedFieldsError, KeysUnavailableError
from transactions.fields import Fields

SECRET = {"card": "4111 1111 1111 1111"}


@pytest.fixture(scope="session")
def arn(bare_stage):
    return bare_stage.client("kms").create_key(MultiRegion=True)["KeyMetadata"]["Arn"]


class Kms:
    """The embedded cloud's KMS, which counts and can be made to fail."""

    def __init__(self, stage, arn):
        self.client, self.calls = stage.client("kms", arn.split(":")[3]), []
        self.error, self.status = None, 400

    def __getattr__(self, operation):
        def run(**request):
            self.calls.append(operation)
            if self.error:
                raise ClientError(
                    {"Error": {"Code": self.error}, "ResponseMetadata": {"HTTPStatusCode": self.status}}, ""
                )
            return getattr(self.client, operation)(**request)

        return run


@pytest.fixture
def kms(bare_stage, arn):
    return Kms(bare_stage, arn)


@pytest.fixture
def clock():
    return types.SimpleNamespace(now=1_800_000_000.0)


@pytest.fixture
def data(kms, arn, clock):
    return DataKeys(arn, kms, clock=lambda: clock.now)


def test_one_data_key_serves_many_rows_and_is_never_asked_for_again(data, kms, log):
    fields = Fields(data)
    sealed = {str(uuid.uuid4()): None for _ in range(20)}
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


def test_a_data_key_serves_its_number_of_rows_and_no_more(data, log, monkeypatch):
    monkeypatch.setattr(data_keys, "MOST_USES", 3)
    used = [data.for_sealing(log) for _ in range(4)]
    assert [key == used[0] for key in used] == [True, True, True, False]


def test_unwrapped_keys_are_forgotten_by_age_and_by_number(data, kms, arn, clock, log, monkeypatch):
    wrapped = [DataKeys(arn, kms).for_sealing(log).wrapped for _ in range(3)]
    kms.calls.clear()
    monkeypatch.setattr(data_keys, "MOST_KEPT", 2)
    for each in wrapped:
        data.for_opening(each, log)
    data.for_opening(wrapped[1], log)
    data.for_opening(wrapped[2], log)
    assert len(kms.calls) == 3
    data.for_opening(wrapped[0], log)
    assert len(kms.calls) == 4
    clock.now += LONGEST_SECONDS
    data.for_opening(wrapped[0], log)
    assert len(kms.calls) == 5
    assert MOST_KEPT == 256


def test_rotation_leaves_what_is_stored_readable(data, kms, arn, log, bare_stage):
    fields, row = Fields(data), str(uuid.uuid4())
    sealed = fields.seal(row, SECRET, log)
    bare_stage.client("kms").enable_key_rotation(KeyId=arn)
    assert Fields(DataKeys(arn, kms)).open(row, sealed, log) == SECRET


def test_a_key_that_was_wrapped_for_something_else_is_refused(data, kms, arn, log):
    other = kms.client.generate_data_key(KeyId=arn, KeySpec="AES_256", EncryptionContext={"table": "x"})
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


def test_kms_that_cannot_be_reached_opens_its_circuit_sooner(data, kms, log, monkeypatch):
    def unreachable(**_):
        kms.calls.append("unreachable")
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(kms, "generate_data_key", unreachable, raising=False)
    for _ in range(3):
        with pytest.raises(KeysUnavailableError, match="cannot be reached"):
            data.for_sealing(log)
    with pytest.raises(CircuitOpenError):
        data.for_sealing(log)
    assert len(kms.calls) == 3


@pytest.mark.parametrize(("status", "message"), [(500, "the key service fails"), (499, "cannot be used now")])
def test_kms_that_answers_5xx_fails_whatever_its_word_for_it(data, kms, log, status, message):
    kms.error, kms.status = "Unheard", status
    with pytest.raises(KeysUnavailableError, match=message):
        data.for_sealing(log)


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
