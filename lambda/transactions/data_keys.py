"""Data keys of the field encryption: made and unwrapped by KMS, kept for a while, so that few requests wait for it.

The key in KMS is a multi-Region key: what was wrapped in one Region is unwrapped in the other by its own replica.
https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from transactions import aws
from transactions.circuit import Circuit
from transactions.errors import DamagedFieldsError, KeysUnavailableError
from transactions.logs import Log

# What a data key is for. IAM lets the function use the KMS key with this context alone; infra/fields.py says the same.
CONTEXT = {"table": "transactions.transactions", "column": "sensitive"}
LONGEST_SECONDS = 300.0  # a right that is taken away, or a key that is disabled, takes effect after that
MOST_USES = 100_000  # far below the 2^32 random nonces that NIST SP 800-38D allows for one key
MOST_KEPT = 256  # unwrapped keys, of 32 bytes each
_ANSWER_SECONDS = 1.0  # KMS answers within milliseconds, and a reader waits for his plain fields
# https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html: errors that speak of KMS, not of our request.
_UNWELL = {"DependencyTimeoutException", "KeyUnavailableException", "KMSInternalException", "ThrottlingException"}


@dataclass(frozen=True)
class DataKey:
    """A data key.

    Args:
        plain: 32 bytes, for AES-256.
        wrapped: the same, encrypted by KMS; is stored with what the key encrypts.
    """

    plain: bytes = field(repr=False)
    wrapped: bytes


@dataclass
class _Current:
    key: DataKey
    until: float
    uses: int = 0


class DataKeys:
    """The data keys of one execution environment.

    Args:
        key_arn: this Region's KMS key.
        kms: boto3's `kms` client, or one that answers alike; by default made when KMS is first asked.
        clock: the wall clock, in seconds; a monotonic one may stand still while Lambda freezes the environment.
    """

    def __init__(self, key_arn: str, kms: Any = None, *, clock: Callable[[], float] = time.time) -> None:
        self._key_arn = key_arn
        self._kms = kms
        self._clock = clock
        self._current: _Current | None = None
        self._unwrapped: OrderedDict[bytes, tuple[bytes, float]] = OrderedDict()  # the least recently used first
        self.circuit = Circuit("key service")

    def for_sealing(self, log: Log) -> DataKey:
        """The key to encrypt with: another one after LONGEST_SECONDS or MOST_USES.

        Raises:
            KeysUnavailableError: KMS gives none.
            CircuitOpenError: KMS failed so often that it is left alone for some seconds.
        """
        current = self._current
        if current is None or current.uses >= MOST_USES or not self._fresh(current.until):
            made = self._ask(log, "generate_data_key", KeySpec="AES_256")
            key = DataKey(made["Plaintext"], made["CiphertextBlob"])
            current = self._current = _Current(key, self._clock() + LONGEST_SECONDS)
            self._keep(key)
        current.uses += 1
        return current.key

    def for_opening(self, wrapped: bytes, log: Log) -> bytes:
        """The plain key behind a wrapped one.

        Raises:
            DamagedFieldsError: it was not wrapped by this KMS key for this context.
            KeysUnavailableError: KMS does not answer, or must not unwrap it now.
            CircuitOpenError: KMS failed so often that it is left alone for some seconds.
        """
        known = self._unwrapped.get(wrapped)
        if known is not None and self._fresh(known[1]):
            self._unwrapped.move_to_end(wrapped)
            return known[0]
        plain: bytes = self._ask(log, "decrypt", CiphertextBlob=wrapped)["Plaintext"]
        self._keep(DataKey(plain, wrapped))
        return plain

    def _keep(self, key: DataKey) -> None:
        self._unwrapped[key.wrapped] = (key.plain, self._clock() + LONGEST_SECONDS)
        self._unwrapped.move_to_end(key.wrapped)
        if len(self._unwrapped) > MOST_KEPT:
            self._unwrapped.popitem(last=False)

    def _fresh(self, until: float) -> bool:
        # A clock that was set back must not keep a key for longer.
        return until - LONGEST_SECONDS <= self._clock() < until

    def _ask(self, log: Log, operation: str, **request: object) -> Mapping[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        self.circuit.check()
        kms = self._kms or aws.client("kms", connect_seconds=_ANSWER_SECONDS, read_seconds=_ANSWER_SECONDS)
        try:
            answer: Mapping[str, Any] = getattr(kms, operation)(
                KeyId=self._key_arn, EncryptionContext=CONTEXT, **request
            )
        except BotoCoreError as error:
            self.circuit.failed(log, weight=2)
            raise KeysUnavailableError("the key service cannot be reached; try again") from error
        except ClientError as error:
            raise self._refusal(error.response, log) from error
        self.circuit.succeeded(log)
        return answer

    def _refusal(self, response: Mapping[str, Any], log: Log) -> Exception:
        code = response.get("Error", {}).get("Code", "")
        if code in _UNWELL or response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            self.circuit.failed(log)
            return KeysUnavailableError("the key service fails; try again")
        self.circuit.succeeded(log)  # it answers
        if code in ("InvalidCiphertextException", "IncorrectKeyException"):
            return DamagedFieldsError("a data key was not wrapped by this key for this column; the row was changed")
        return KeysUnavailableError("the key of the sensitive fields cannot be used now")
