"""The HTTP side of a process: MiniStack's application, and the calls of the cloud's other processes before it."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from ministack import app as ministack
from ministack.core import lambda_runtime

from localcloud import patches, peers
from localcloud.answers import Answers, Message, Receive, Send
from localcloud.certificates import Authority
from localcloud.dns.resolver import Resolver
from localcloud.dsql.databases import Databases, RemoteDatabases
from localcloud.dsql.endpoint import Cluster, Endpoint
from localcloud.dsql.hello import Host
from localcloud.patches import fault_injection, snapshots
from localcloud.patches.dsql_lifecycle import active_cluster
from localcloud.settings import ACCOUNT, Settings


class Gateway:
    """MiniStack, patched, as an ASGI application; and the DSQL endpoint."""

    def __init__(self, settings: Settings) -> None:
        """Puts the patches in place; raises PatchMismatchError if MiniStack is not the one they fit."""
        self._settings = settings
        self._peers = peers.Peers(settings)
        self._databases = _storage(settings)
        self.resolver = Resolver(settings)
        self._peers.offer("names.region", self.resolver.region)
        self._peers.offer("names.well", self.resolver.checks.well)
        self._context = patches.Context(settings, self._peers, self._databases)
        patches.install(self._context)
        self._aws = Answers(ministack.app)

    async def app(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a call of another process of this cloud, or pass the request on to MiniStack."""
        if scope["type"] != "http" or not scope["path"].startswith(peers.PATH):
            await self._aws(scope, receive, send)
            if scope.get("method") not in (None, "GET", "HEAD"):
                snapshots.note_change()
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, body = await asyncio.to_thread(self._peers.answer, scope["path"], headers, await _body(receive))
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": body})
        snapshots.note_change()

    async def serve_dsql(self, listener: socket.socket) -> None:
        """Serve the DSQL clusters of this process until cancelled."""
        authority = Authority(Path(self._settings.ca_certificate), Path(self._settings.ca_key))
        endpoint = Endpoint(authority, self._cluster, ACCOUNT)
        self._peers.offer("dsql.expire", endpoint.expire)
        self._peers.offer("dsql.sever", endpoint.sever)
        await endpoint.serve(listener)

    def close(self) -> None:
        """End Lambda functions and, if this process started it, PostgreSQL."""
        lambda_runtime.reset()
        if isinstance(self._databases, Databases):
            self._databases.stop()

    def _cluster(self, host: Host) -> Cluster | None:
        cluster = active_cluster(self._context, host)
        return None if cluster is None or fault_injection.fails(cluster.arn) else cluster


def _storage(settings: Settings) -> Databases | RemoteDatabases:
    if settings.databases_url:
        return RemoteDatabases(settings.databases_url, settings.instance)
    return Databases(Path(settings.scratch), Path(settings.directory) / "logs", settings.instance)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
