"""The layout "regional": one address for all Regions, in front of one process for each.

AWS requests go to the process of the Region that they are signed for, DSQL connections to the process of the Region
in the host name that they ask for. This process also keeps PostgreSQL, so that the database outlives a Region.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import signal
import socket
import struct
from pathlib import Path

from localcloud import peers, ports
from localcloud.dsql.databases import Databases
from localcloud.dsql.hello import NotTlsError, requested_host
from localcloud.head import Head
from localcloud.outages import Outages
from localcloud.settings import GLOBAL, Settings

logger = logging.getLogger("localcloud.router")
_HOST_REGION = re.compile(rb"\.([a-z]{2}(?:-[a-z]+)+-\d)\.")
_NOT_CUSTOM = re.compile(r"^[^.]*$|^[0-9.]+$|\.(?:amazonaws\.com|localhost|on\.aws)$")
_GLOBAL_SERVICES = {"budgets", "cloudfront", "iam", "organizations", "route53", "route53domains", "account"}
_LONGEST_HEAD = 1 << 17
_HANDSHAKE_SECONDS = 10
_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_BODILESS = (b"204", b"304")
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class RegionDownError(Exception):
    """The Region's process does not take connections."""


class Router:
    """Serves AWS's API and the DSQL port for clients, and storage for the cloud's own processes."""

    def __init__(self, settings: Settings, dsql_ports: dict[str, int]) -> None:
        """`dsql_ports` are the Regions' own, behind this one."""
        self._settings = settings
        self._ports = {name: int(url.rpartition(":")[2]) for name, url in settings.peers.items()}
        self._dsql_ports = dsql_ports
        self.outages = Outages()
        self.databases = Databases(Path(settings.scratch), Path(settings.directory) / "logs", settings.instance)
        self._operations = peers.Peers(settings)
        self._operations.offer("databases.ensure", self.databases.ensure)
        self._operations.offer("databases.drop", self.databases.drop)
        self._operations.offer("databases.cut", self.databases.cut)
        self._operations.offer("outages.set", self.outages.set)

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client's connection: request by request, each to its Region."""
        backends: dict[int, Stream] = {}
        try:
            while await self._request(reader, writer, backends):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client or the Region left in the middle
        finally:
            for _, backend in backends.values():
                backend.close()
            writer.close()

    async def _request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, backends: dict[int, Stream]
    ) -> bool:
        try:
            head = Head(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.IncompleteReadError:
            return False
        if head.headers.get(b"expect", b"").lower() == b"100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
        path = head.first.split(b" ")[1]
        if path.startswith(peers.PATH.encode()):
            body = await reader.readexactly(int(head.headers.get(b"content-length", b"0")))
            await self._internal(path.decode(), head, body, writer)
            return True
        port = await self._named(head) or self._port(head)
        if self.outages.stops(head):
            await _copy_body(reader, None, head)
            return await _unreachable(writer)
        try:
            backend = await self._connect(port, backends)
        except RegionDownError:
            await _copy_body(reader, None, head)
            return await _unreachable(writer)
        try:
            backend[1].write(head.without(b"expect"))
            await _copy_body(reader, backend[1], head)
            answer = Head(await backend[0].readuntil(b"\r\n\r\n"))
        except (OSError, asyncio.IncompleteReadError):  # killed since the last request
            backends.pop(port)[1].close()
            return await _unreachable(writer) and False
        writer.write(answer.raw)
        if not head.first.startswith(b"HEAD") and answer.first.split(b" ")[1] not in _BODILESS:
            await _copy_body(backend[0], writer, answer)
        await writer.drain()
        return b"close" not in (head.headers.get(b"connection", b""), answer.headers.get(b"connection", b""))

    async def _named(self, head: Head) -> int | None:
        """Port of the Region that Route 53 answers a custom domain with; None for every other host."""
        host = head.headers.get(b"host", b"").decode("latin-1").partition(":")[0].lower()
        if _NOT_CUSTOM.search(host):
            return None
        try:
            region = await asyncio.to_thread(self._operations.call, GLOBAL, "names.region", host=host)
        except peers.PeerUnreachableError:
            return None
        return self._ports.get(region)

    def _port(self, head: Head) -> int:
        scope = head.scope()
        if scope is None:
            named = _HOST_REGION.search(head.headers.get(b"host", b""))
            return self._ports.get(named[1].decode() if named else GLOBAL, self._ports[GLOBAL])
        region, service = scope
        return self._ports[GLOBAL] if service in _GLOBAL_SERVICES else self._ports.get(region, self._ports[GLOBAL])

    async def _connect(self, port: int, backends: dict[int, Stream]) -> Stream:
        known = backends.get(port)
        if known is not None and not known[0].at_eof() and not known[1].is_closing():
            return known
        try:
            backends[port] = await asyncio.open_connection(ports.HOST, port, limit=_LONGEST_HEAD)
        except OSError as error:
            raise RegionDownError from error
        return backends[port]

    async def _internal(self, path: str, head: Head, body: bytes, writer: asyncio.StreamWriter) -> None:
        headers = {name.decode(): value.decode() for name, value in head.headers.items()}
        status, answer = await asyncio.to_thread(self._operations.answer, path, headers, body)
        _answer(writer, status, json.loads(answer))
        await writer.drain()

    async def dsql(self, listener: socket.socket) -> None:
        """Serve the DSQL port until cancelled."""
        listener.setblocking(False)
        tasks: set[asyncio.Task[None]] = set()
        while True:
            connection, _ = await asyncio.get_running_loop().sock_accept(listener)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self._dsql_client(connection))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _dsql_client(self, connection: socket.socket) -> None:
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                host = await requested_host(connection)
                region = host.region if host else ""
                self.outages.check(region)
                backend = await asyncio.open_connection(ports.HOST, self._dsql_ports.get(region, 0))
                backend[1].write(_SSL_REQUEST)
                await backend[0].readexactly(1)
            client = await asyncio.open_connection(sock=connection)
        except (NotTlsError, OSError, TimeoutError, asyncio.IncompleteReadError):
            connection.close()  # no TLS, no such Region, or the Region is down
            return
        with self.outages.counted(region, client[1], backend[1]):
            await asyncio.gather(_splice(client[0], backend[1]), _splice(backend[0], client[1]))


async def _splice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _copy_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None, head: Head) -> None:
    """Copy the body that belongs to `head`; without a writer, skip it."""
    if head.headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        await _copy_chunks(reader, writer)
        return
    left = int(head.headers.get(b"content-length", b"0"))
    while left:
        data = await reader.read(min(left, 65536))
        if not data:
            raise ConnectionResetError("body ended early")
        left -= len(data)
        if writer is not None:
            writer.write(data)
            await writer.drain()


async def _copy_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None) -> None:
    size = -1
    while size:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        data = line + await reader.readexactly(size + 2)
        if writer is not None:
            writer.write(data)
            await writer.drain()


async def _unreachable(writer: asyncio.StreamWriter) -> bool:
    message = "the Region's endpoint is unreachable"
    _answer(writer, 503, {"__type": "ServiceUnavailableException", "message": message})
    await writer.drain()
    return True


def _answer(writer: asyncio.StreamWriter, status: int, body: object) -> None:
    data = json.dumps(body).encode()
    writer.write(
        b"HTTP/1.1 %d Answer\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % (status, len(data))
    )
    writer.write(data)


def main(path: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = Settings.read(Path(path))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    router = Router(settings, settings.dsql_ports)
    gateway = socket.socket(fileno=settings.gateway_fd)
    await asyncio.start_server(router.http, sock=gateway, limit=_LONGEST_HEAD)
    serving = asyncio.create_task(router.dsql(socket.socket(fileno=settings.dsql_fd)))
    await asyncio.wait([serving, asyncio.create_task(stopping.wait())], return_when=asyncio.FIRST_COMPLETED)
    router.databases.stop()
    os._exit(0)
