"""The DSQL endpoint: one port for all clusters, told apart by the host name in the TLS handshake (SNI)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from ministack.core import pgproxy

from localcloud.certificates import Authority
from localcloud.dsql import access, session
from localcloud.dsql.hello import Host, NotTlsError, requested_host
from localcloud.dsql.token import ADMIN, TokenRefusedError, check

logger = logging.getLogger("localcloud.dsql")
_HANDSHAKE_SECONDS = 10
_LONGEST_CONNECTION_SECONDS = 3600  # https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html


@dataclass(frozen=True)
class Cluster:
    """A cluster that accepts connections."""

    arn: str
    group: str  # names the storage; linked clusters have the same
    socket: str  # PostgreSQL's


class _RefusedError(Exception):
    """The connection is refused: SQLSTATE, message and hint for the client."""

    def __init__(self, state: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.state, self.message, self.hint = state, message, hint


class Endpoint:
    """Accepts PostgreSQL clients on a listening socket."""

    def __init__(self, authority: Authority, find: Callable[[Host], Cluster | None], account: str) -> None:
        """`find` gives the active cluster behind a host name, and may block; it is called in a thread."""
        self._authority = authority
        self._find = find
        self._account = account
        self._tasks: set[asyncio.Task[None]] = set()
        self._clusters: dict[asyncio.Task[None], str] = {}  # the cluster of a task that has a session
        self._oldest = 0.0

    def expire(self, seconds: float) -> None:
        """End every connection, and refuse tokens that are made in the next `seconds` as expired."""
        self._oldest = time.time() + seconds
        for task in list(self._tasks):
            task.get_loop().call_soon_threadsafe(task.cancel)

    def sever(self, cluster_arn: str) -> None:
        """End every connection to one cluster."""
        for task, arn in list(self._clusters.items()):
            if arn == cluster_arn:
                task.get_loop().call_soon_threadsafe(task.cancel)

    async def serve(self, listener: socket.socket) -> None:
        """Accept clients until cancelled."""
        listener.setblocking(False)
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self._client(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda ended: self._clusters.pop(ended, None))

    async def _client(self, connection: socket.socket) -> None:
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                host = await requested_host(connection)
            reader, writer = await self._tls(connection, host)
        except NotTlsError:
            await _refuse_plain(connection)
            return
        except (OSError, ssl.SSLError, TimeoutError, asyncio.IncompleteReadError):
            connection.close()  # the client left, or does not trust the certificate
            return
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(_LONGEST_CONNECTION_SECONDS):
                await self._session(host, reader, writer)
        writer.close()

    async def _tls(
        self, connection: socket.socket, host: Host | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            connection,
            ssl=self._authority.context(host.domain if host else "dsql.invalid"),
            ssl_handshake_timeout=_HANDSHAKE_SECONDS,
        )
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _session(self, host: Host | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        code, payload = await pgproxy._read_startup(reader)
        if code != pgproxy._PROTOCOL_3:
            return  # a cancel request: DSQL has no server-side cancel
        parameters = pgproxy._parse_startup_params(payload)
        try:
            cluster, opened = await self._open(host, parameters, reader, writer)
        except _RefusedError as refusal:
            logger.warning("%s: %s (%s)", host.name if host else "no host name", refusal.message, refusal.hint)
            writer.write(_fatal(refusal))
            await writer.drain()
            return
        if task := asyncio.current_task():
            self._clusters[task] = cluster.arn
        startup = session.startup_message({"user": opened.user, "database": parameters.get("database", "postgres")})
        await session.serve(cluster.group, opened, session.Replayed(startup, reader), writer)

    async def _open(
        self,
        host: Host | None,
        parameters: dict[str, str],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> tuple[Cluster, session.Session]:
        cluster = await asyncio.to_thread(self._find, host) if host else None
        if host is None or cluster is None:
            raise _RefusedError(
                "08006", "unable to accept connection, cluster not found", "check the endpoint's host name"
            )
        writer.write(pgproxy._frame(b"R", struct.pack("!I", 3)))  # cleartext password, inside TLS
        await writer.drain()
        _, password = await pgproxy._read_frame(reader)
        user = parameters.get("user", "")
        try:
            token = password.rstrip(b"\0").decode("utf-8", "replace")
            await asyncio.to_thread(self._authenticate, token, host, user, cluster)
            # The Region comes first, by which its sessions are found when it freezes (see `Databases.cut`).
            application = f"{host.region} {parameters.get('application_name', '')}"
            backend = await session.open_backend(cluster.socket, user, application)
        except (TokenRefusedError, session.BackendRefusedError) as error:
            raise _RefusedError("28000", "unable to accept connection, access denied", str(error)) from error
        except OSError as error:
            raise _RefusedError("08006", "unable to accept connection, storage not reachable", str(error)) from error
        return cluster, session.Session(user, cluster.socket, backend)

    def _authenticate(self, token: str, host: Host, user: str, cluster: Cluster) -> None:
        if time.time() < self._oldest:
            raise TokenRefusedError("token expired")
        key = check(token, host=host.name, region=host.region, user=user, account=self._account)
        identity = access.authorize(key, user=user, cluster_arn=cluster.arn, region=host.region, account=self._account)
        if user != ADMIN and not session.is_mapped(cluster.socket, user, identity):
            raise TokenRefusedError(
                f"{identity} is not granted the database role {user}; run: AWS IAM GRANT {user} TO '{identity}'"
            )


async def _refuse_plain(connection: socket.socket) -> None:
    refusal = _RefusedError("08006", "unable to accept connection, SSL is mandatory", "set sslmode=verify-full")
    with contextlib.suppress(OSError):
        await asyncio.get_running_loop().sock_sendall(connection, _fatal(refusal))
    connection.close()


def _fatal(refusal: _RefusedError) -> bytes:
    fields = {"S": "FATAL", "V": "FATAL", "C": refusal.state, "M": refusal.message, "H": refusal.hint}
    return bytes(pgproxy._frame(b"E", b"".join(f"{key}{text}\0".encode() for key, text in fields.items()) + b"\0"))
