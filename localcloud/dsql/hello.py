"""The first bytes of a PostgreSQL connection over TLS, up to the host name that the client asks for.

Nothing of the TLS handshake is consumed: the bytes are only looked at, so that either this process can go on with
the handshake, or another one to which the connection is passed on. Both ways in are served: the classic SSLRequest,
and direct TLS (libpq 17, `sslnegotiation=direct`).
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from dataclasses import dataclass

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_GSS_REQUEST = struct.pack("!II", 8, 80877104)
_HANDSHAKE = 0x16
_SERVER_NAME = 0
_LONGEST = 16384 + 5
_HOST = re.compile(r"([a-z0-9]{26})\.(dsql|dsql-[a-z0-9]+)\.([a-z0-9-]+)\.on\.aws")


class NotTlsError(Exception):
    """The client did not ask for TLS."""


@dataclass(frozen=True)
class Host:
    """A DSQL endpoint's host name, `<cluster>.dsql.<region>.on.aws`.

    Behind an interface endpoint it has the id of the cluster's PrivateLink service in place of `dsql`:
    https://docs.aws.amazon.com/aurora-dsql/latest/userguide/privatelink-managing-clusters.html.
    """

    name: str
    cluster: str
    service: str
    region: str

    @property
    def domain(self) -> str:
        """What follows the cluster."""
        return f"{self.service}.{self.region}.on.aws"

    @property
    def is_private(self) -> bool:
        """Whether only an interface endpoint leads to it."""
        return self.service != "dsql"

    @classmethod
    def parse(cls, name: str) -> Host | None:
        """The parts of `name`; None if it is not a DSQL endpoint's."""
        match = _HOST.fullmatch(name.lower())
        return cls(match[0], *match.groups()) if match else None


async def requested_host(connection: socket.socket) -> Host | None:
    """Negotiate TLS, and return the host that the client's first TLS message names.

    Raises:
        NotTlsError: the client wants to go on without TLS.
        ConnectionError: the client left.
    """
    loop = asyncio.get_running_loop()
    while True:
        start = await _peek(connection, 1)
        if start[0] == _HANDSHAKE:
            return Host.parse(_server_name(await _peek_record(connection)))
        request = await _peek(connection, 8)
        if request == _GSS_REQUEST:
            await loop.sock_recv(connection, 8)
            await loop.sock_sendall(connection, b"N")
        elif request == _SSL_REQUEST:
            await loop.sock_recv(connection, 8)
            await loop.sock_sendall(connection, b"S")
        else:
            raise NotTlsError


async def _peek_record(connection: socket.socket) -> bytes:
    header = await _peek(connection, 5)
    (length,) = struct.unpack("!H", header[3:5])
    return await _peek(connection, min(5 + length, _LONGEST))


async def _peek(connection: socket.socket, count: int) -> bytes:
    """The next `count` bytes, left in the socket. Data in parts are waited for in small steps: it is rare."""
    while True:
        await _readable(connection)
        data = connection.recv(count, socket.MSG_PEEK)
        if not data:
            raise ConnectionResetError("client left before the TLS handshake")
        if len(data) == count:
            return data
        await asyncio.sleep(0.005)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(connection, _resolve, ready)
    try:
        await ready
    finally:
        loop.remove_reader(connection)


def _resolve(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _server_name(record: bytes) -> str:
    """The server_name of a ClientHello (RFC 6066, 3); empty if there is none."""
    try:
        position = 5 + 4 + 2 + 32  # record header, handshake header, version, random
        position += 1 + record[position]  # session id
        position += 2 + struct.unpack_from("!H", record, position)[0]  # cipher suites
        position += 1 + record[position]  # compression methods
        end = position + 2 + struct.unpack_from("!H", record, position)[0]
        position += 2
        while position + 4 <= end:
            kind, length = struct.unpack_from("!HH", record, position)
            if kind == _SERVER_NAME:
                (size,) = struct.unpack_from("!H", record, position + 7)
                return record[position + 9 : position + 9 + size].decode("ascii")
            position += 4 + length
    except (struct.error, IndexError, UnicodeDecodeError):
        return ""
    return ""
