"""DNS messages, as far as a resolver for A records needs them (RFC 1035, section 4)."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import Literal

A, CNAME = 1, 5
_IN = 1
_HEADER = struct.Struct("!HHHHHH")
_ANSWER_FLAGS = 0x8400  # a response, authoritative
_RECURSION_DESIRED = 0x0100
_NO_SUCH_NAME = 3


@dataclass(frozen=True)
class Question:
    """What a client asks: `name` in lower case without the last dot, `type` by its number."""

    id: int
    flags: int
    name: str
    type: int
    raw: bytes  # the section, to repeat it in the answer


@dataclass(frozen=True)
class Record:
    """One record of an answer: of an A record `value` is the address, of a CNAME the name."""

    name: str
    type: Literal[1, 5]
    seconds: int
    value: str


def question(message: bytes) -> Question:
    """Read a query.

    Raises:
        ValueError: it is none, or asks more than one question.
    """
    try:
        number, flags, questions, *_ = _HEADER.unpack_from(message)
        if questions != 1 or flags & 0x8000:
            raise ValueError(f"must be a query of one question, got {questions}, flags {flags:#06x}")
        labels, at = [], _HEADER.size
        while length := message[at]:
            if length > 63:
                raise ValueError("a question must not be compressed")
            labels.append(message[at + 1 : at + 1 + length].decode("ascii").lower())
            at += 1 + length
        (kind,) = struct.unpack_from("!H", message, at + 1)
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"not a DNS message: {message[:32]!r}") from error
    return Question(number, flags, ".".join(labels), kind, message[_HEADER.size : at + 5])


def answer(asked: Question, records: list[Record] | None) -> bytes:
    """Write the answer to a question; None for a name that does not exist."""
    flags = _ANSWER_FLAGS | (asked.flags & _RECURSION_DESIRED) | (_NO_SUCH_NAME if records is None else 0)
    found = records or []
    return _HEADER.pack(asked.id, flags, 1, len(found), 0, 0) + asked.raw + b"".join(map(_record, found))


def query(number: int, name: str) -> bytes:
    """Write the question for the addresses of a name; `number` is repeated by the answer."""
    return _HEADER.pack(number, _RECURSION_DESIRED, 1, 0, 0, 0) + _name(name) + struct.pack("!HH", A, _IN)


def values(message: bytes) -> list[str]:
    """Read what an answer to `query` tells: aliases and addresses, in their order; none for a name that is not there.

    Raises:
        ValueError: it is no answer of a form that `answer` writes.
    """
    try:
        _, _, questions, count, *_ = _HEADER.unpack_from(message)
        at, found = _HEADER.size, []
        for _ in range(questions):
            at = _read(message, at)[1] + 4
        for _ in range(count):
            _, at = _read(message, at)
            kind, _, _, length = struct.unpack_from("!HHIH", message, at)
            at += 10
            found.append(socket.inet_ntoa(message[at : at + length]) if kind == A else _read(message, at)[0])
            at += length
    except (IndexError, OSError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"not an answer: {message[:32]!r}") from error
    return found


def _read(message: bytes, at: int) -> tuple[str, int]:
    """A name that is not compressed, and where what follows it begins."""
    labels = []
    while length := message[at]:
        labels.append(message[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    return ".".join(labels), at + 1


def _record(record: Record) -> bytes:
    value = socket.inet_aton(record.value) if record.type == A else _name(record.value)
    return _name(record.name) + struct.pack("!HHIH", record.type, _IN, record.seconds, len(value)) + value


def _name(name: str) -> bytes:
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
