"""One client's session: MiniStack's SQL rules between the client and PostgreSQL, with DSQL's roles and conflicts.

MiniStack's `pgproxy` refuses what DSQL does not support. This module changes what it lacks: the backend connection
carries the client's own role, conflicts are reported as DSQL reports them, and `AWS IAM GRANT` works.
"""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from ministack.core import pgproxy

from localcloud.dsql.token import ADMIN
from localcloud.postgres import DATABASE, SUPERUSER

Frame = tuple[bytes, bytes]
Plan = tuple[str, Any]

_CONFLICT = "change conflicts with another transaction, please retry: (OC000)"
_CONFLICT_STATES = {"40001", "40P01"}
_ROW_LIMIT = 3000  # https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
_GRANT = re.compile(
    r"""\s*AWS\s+IAM\s+(?P<verb>GRANT|REVOKE)\s+(?P<role>"[^"]+"|\w+)\s+(?:TO|FROM)\s+'(?P<arn>[^']*)'\s*;?\s*""", re.I
)
_IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/[\w+=,.@/-]+)")
_ISOLATION = re.compile(
    r"\s*(?:BEGIN|START\s+TRANSACTION|SET)\b.*\bISOLATION\s+LEVEL\s+(SERIALIZABLE|READ\s+\w+)", re.I | re.S
)
_CHANGED_ROWS = re.compile(rb"(?:INSERT \d+|UPDATE|DELETE) (\d+)\0")
# What DSQL answers where MiniStack answers 25006 (recorded by third parties, see dataplane.md 2.3).
_RULES = {
    "only one DDL statement can be run in a transaction": (
        "0A000",
        "multiple ddl statements not supported in a transaction",
    ),
    "DDL and DML statements cannot be mixed in a transaction": (
        "0A000",
        "ddl and dml are not supported in the same transaction",
    ),
    "transaction exceeds the 3,000 row limit": ("54000", "transaction row limit exceeded"),
    "transaction exceeds the 10 MiB size limit": ("54000", "transaction size limit 10mb exceeded"),
    "transaction exceeded the 5 minute duration limit": ("54000", "transaction age limit of 300s exceeded"),
}


@dataclass
class Session:
    """What the hooks need to know about the client that they serve."""

    user: str
    socket: str
    backend: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    rows: int = 0  # changed in this transaction
    over_limit: bool = False  # told the client so; the rest of PostgreSQL's answer is not for it


_session: ContextVar[Session] = ContextVar("dsql_session")


class BackendRefusedError(Exception):
    """PostgreSQL refused the session, for instance because the role does not exist or may not log in."""


async def open_backend(socket: str, user: str, application: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to PostgreSQL as `user` and return once it is ready.

    Raises:
        BackendRefusedError: with PostgreSQL's message.
    """
    reader, writer = await asyncio.open_unix_connection(socket)
    parameters = {"user": user, "database": DATABASE, "application_name": application}
    writer.write(startup_message(parameters))
    await writer.drain()
    while True:
        kind, payload = await pgproxy._read_frame(reader)
        if kind == b"E":
            writer.close()
            raise BackendRefusedError(pgproxy._error_payload_fields(payload)[1])
        if kind == b"Z":
            return reader, writer


def startup_message(parameters: dict[str, str]) -> bytes:
    """A PostgreSQL startup message with these parameters."""
    body = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
    body = struct.pack("!I", pgproxy._PROTOCOL_3) + body
    return struct.pack("!I", len(body) + 4) + body


async def serve(group: str, session: Session, reader: Any, writer: asyncio.StreamWriter) -> None:
    """Serve an authenticated client until it leaves. Jobs and schema versions belong to the `group`."""
    _session.set(session)
    await pgproxy._handle_client(group, session.socket, 0, reader, writer)


class Replayed:
    """A stream reader that first gives back bytes that were read already."""

    def __init__(self, data: bytes, reader: asyncio.StreamReader) -> None:
        """`data` come before what `reader` has."""
        self._data = data
        self._reader = reader

    async def readexactly(self, count: int) -> bytes:
        """The next `count` bytes."""
        if not self._data:
            return await self._reader.readexactly(count)
        first, self._data = self._data[:count], self._data[count:]
        return first if len(first) == count else first + await self._reader.readexactly(count - len(first))


def install() -> None:
    """Put this module's behaviour into MiniStack's proxy."""
    pgproxy._connect_backend = _connect_backend
    pgproxy._backend_relay = _relay
    pgproxy._plan_statement = _planner(pgproxy._plan_statement)


async def _connect_backend(*_: object) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The endpoint has connected already, as the client's own role, so that a refusal reaches the client."""
    return _session.get().backend


async def _relay(conn: Any, backend: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    """Pass PostgreSQL's answers on, telling conflicts and the row limit in DSQL's words."""
    session = _session.get()
    try:
        while True:
            kind, payload = await pgproxy._read_frame(backend)
            if kind == b"Z":
                payload = _ready(conn, session, payload)
            elif session.over_limit:
                continue
            else:
                kind, payload = _translated(conn, session, kind, payload)
            if conn.capture is not None:
                conn.capture.put_nowait((kind, payload))
                continue
            client.write(pgproxy._frame(kind, payload))
            if kind == b"Z" or client.transport.get_write_buffer_size() > 65536:
                await client.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        client.close()  # PostgreSQL is gone: so is the session


def _ready(conn: Any, session: Session, status: bytes) -> bytes:
    """Note the transaction's state, and return the one to show: a transaction over the limit has failed."""
    conn.txn.note_backend_status(status[:1])
    session.over_limit = False
    if status == b"I":
        session.rows = 0
    return b"E" if status == b"T" and conn.txn.synthetic_abort else status


def _translated(conn: Any, session: Session, kind: bytes, payload: bytes) -> Frame:
    if kind == b"E" and pgproxy._error_payload_fields(payload)[0] in _CONFLICT_STATES:
        return kind, pgproxy._error_response("40001", _CONFLICT)[5:]
    if kind == b"C" and conn.txn.in_txn and (match := _CHANGED_ROWS.fullmatch(payload)):
        session.rows += int(match[1])
        if session.rows > _ROW_LIMIT:
            conn.txn.synthetic_abort = session.over_limit = True
            return b"E", pgproxy._error_response(*_RULES["transaction exceeds the 3,000 row limit"])[5:]
    return kind, payload


def _planner(original: Callable[..., Any]) -> Callable[..., Any]:
    async def plan(conn: Any, statement: str, writer: Any, allow_probe: bool = True) -> Plan:
        if match := _GRANT.fullmatch(statement):
            return await _plan_grant(conn, match)
        if _ISOLATION.match(statement):
            return "error", pgproxy.DsqlError("0A000", "only isolation level REPEATABLE READ is supported")
        kind, result = await original(conn, statement, writer, allow_probe)
        if kind == "error" and result.message in _RULES:
            result = pgproxy.DsqlError(*_RULES[result.message])
        return kind, result

    return plan


async def _plan_grant(conn: Any, match: re.Match[str]) -> Plan:
    """`AWS IAM GRANT role TO 'arn'` and its REVOKE. Takes effect at once, not at COMMIT."""
    session = _session.get()
    verb, arn = match["verb"].upper(), match["arn"]
    role = pgproxy.fold_identifier(match["role"])[0]
    if session.user != ADMIN:
        return "error", pgproxy.DsqlError("42501", f"permission denied to {verb.lower()} IAM access to a role")
    if not _IDENTITY.fullmatch(arn):
        return "error", pgproxy.DsqlError("22023", f"invalid IAM ARN \"{arn}\": a role's or a user's ARN is expected")
    if conn.txn.in_txn and (conn.txn.ddl_seen or conn.txn.dml_seen):
        return "error", pgproxy.DsqlError(*_RULES["only one DDL statement can be run in a transaction"])
    failure = await asyncio.to_thread(_change_mapping, session.socket, verb, role, arn)
    if failure is not None:
        return "error", failure
    conn.txn.ddl_seen = conn.txn.in_txn
    return "rows", {"cols": [], "rows": [], "tag": f"AWS IAM {verb}"}


def _change_mapping(socket: str, verb: str, role: str, arn: str) -> Any:
    directory = socket.rpartition("/")[0]
    with psycopg.connect(host=directory, user=SUPERUSER, dbname=DATABASE, autocommit=True) as connection:
        if connection.execute("select from pg_roles where rolname = %s", [role]).rowcount == 0:
            return pgproxy.DsqlError("42704", f'role "{role}" does not exist')
        if verb == "GRANT":
            connection.execute(
                "insert into sys.role_mappings (role_name, arn) values (%s, %s) on conflict do nothing", [role, arn]
            )
        elif not connection.execute(
            "delete from sys.role_mappings where role_name = %s and arn = %s", [role, arn]
        ).rowcount:
            return pgproxy.DsqlError("42704", f'role "{role}" is not granted to "{arn}"')
    return None


def is_mapped(socket: str, role: str, arn: str) -> bool:
    """Whether the IAM identity `arn` may use the database role `role`."""
    directory = socket.rpartition("/")[0]
    with psycopg.connect(host=directory, user=SUPERUSER, dbname=DATABASE, autocommit=True) as connection:
        found = connection.execute(
            "select from sys.iam_pg_role_mappings where pg_role_name = %s and arn = %s", [role, arn]
        )
        return found.rowcount > 0
