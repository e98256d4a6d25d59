"""Encrypts a transaction's sensitive fields, so that the database, its backups and streams hold ciphertext alone.

Envelope encryption: AES-256-GCM by a data key that KMS wrapped (`data_keys`). What is authenticated along names table,
column and row, so that a value that was moved to another place is refused like one that was changed.
A sealed value is: version (1 byte), length of the wrapped key (2), wrapped key, nonce (12), ciphertext and tag.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from transactions.data_keys import CONTEXT, DataKeys
from transactions.errors import DamagedFieldsError
from transactions.logs import Log

_VERSION = 1
_NONCE_BYTES = 12  # NIST SP 800-38D
_TAG_BYTES = 16


class Fields:
    """Seals and opens sensitive fields.

    Args:
        keys: of this Region.
    """

    def __init__(self, keys: DataKeys) -> None:
        self.keys = keys

    def seal(self, transaction_id: str, fields: Mapping[str, str], log: Log) -> bytes:
        """Encrypt the sensitive fields of a transaction.

        Args:
            transaction_id: the row that the value will stand in.
            fields: texts by name.
            log: told when the circuit of KMS opens or closes.

        Raises:
            UnavailableError: KMS gives no data key.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self.keys.for_sealing(log)
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps(fields, ensure_ascii=False).encode()
        head = bytes([_VERSION]) + len(key.wrapped).to_bytes(2) + key.wrapped
        return head + nonce + AESGCM(key.plain).encrypt(nonce, plain, _place(transaction_id))

    def open(self, transaction_id: str, sealed: bytes, log: Log) -> dict[str, str]:
        """Decrypt the sensitive fields of a transaction.

        Args:
            transaction_id: the row that the value was read from.
            sealed: what `seal` returned, in whichever Region.
            log: told when the circuit of KMS opens or closes.

        Raises:
            DamagedFieldsError: the value was changed, or belongs to another row.
            UnavailableError: KMS does not unwrap the data key now.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        wrapped, nonce, ciphertext = _parts(sealed)
        key = self.keys.for_opening(wrapped, log)
        try:
            plain = AESGCM(key).decrypt(nonce, ciphertext, _place(transaction_id))
        except InvalidTag:
            raise DamagedFieldsError("sensitive fields were changed, or moved from another row") from None
        opened: dict[str, str] = json.loads(plain)
        return opened


def _place(transaction_id: str) -> bytes:
    """Where a value belongs; none of the parts can hold the separator."""
    return "\0".join((str(_VERSION), CONTEXT["table"], CONTEXT["column"], transaction_id)).encode()


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    end = 3 + int.from_bytes(sealed[1:3])
    if sealed[:1] != bytes([_VERSION]) or len(sealed) < end + _NONCE_BYTES + _TAG_BYTES:
        raise DamagedFieldsError("sensitive fields are not in a form that is known here")
    return sealed[3:end], sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :]
