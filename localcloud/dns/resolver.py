"""Answers names as Route 53 would, over UDP on 127.0.0.1, and tells the cloud which Region a name is answered with."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from typing import cast

from ministack.services import route53

from localcloud import ports
from localcloud.dns import wire
from localcloud.dns.health import HealthChecks, over_http
from localcloud.dns.routing import RecordSet, choose
from localcloud.settings import Settings

logger = logging.getLogger("localcloud.dns")
ALIAS_SECONDS = (
    60  # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
)
_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com\.?$")


class Resolver:
    """Answers from Route 53's records and the state of the health checks."""

    def __init__(self, settings: Settings) -> None:
        """`settings` say where the cloud's own address is, which health checks ask."""
        self.checks = HealthChecks(_configurations, over_http(ports.HOST, int(settings.endpoint.rpartition(":")[2])))

    def region(self, host: str) -> str | None:
        """Region of the API that a host name is answered with now; None if it is none of an API."""
        chosen = self._chosen(host)
        found = _REGION.search(_target(chosen)) if chosen else None
        return found[1] if found else None

    def answer(self, message: bytes) -> bytes:
        """Answer a query.

        An alias is answered as its target, by a CNAME before the address: on AWS the address alone would tell the
        Region, and here all have the same.
        """
        asked = wire.question(message)
        if not _record_sets(asked.name):
            return wire.answer(asked, None)
        chosen = self._chosen(asked.name) if asked.type == wire.A else None
        if chosen is None:
            return wire.answer(asked, [])
        if target := _target(chosen).rstrip("."):
            alias = wire.Record(asked.name, wire.CNAME, ALIAS_SECONDS, target)  # type: ignore[arg-type]
            return wire.answer(asked, [alias, wire.Record(target, wire.A, ALIAS_SECONDS, ports.HOST)])  # type: ignore[arg-type]
        addresses = [
            wire.Record(asked.name, wire.A, int(chosen.get("TTL", 0)), address)  # type: ignore[arg-type]
            for address in chosen.get("ResourceRecords", [])
        ]
        return wire.answer(asked, addresses)

    async def serve(self, listener: socket.socket) -> None:
        """Answer queries and probe endpoints until cancelled."""
        listener.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Protocol(self), sock=listener)
        try:
            await self.checks.run()
        finally:
            transport.close()

    def _chosen(self, name: str) -> RecordSet | None:
        return choose((one for one in _record_sets(name) if one["Type"] == "A"), self.checks.healthy)


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self._transport.sendto(self._resolver.answer(data), addr)
        except ValueError as error:
            logger.info("dropped: %s", error)


def _record_sets(name: str) -> list[RecordSet]:
    wanted = name.rstrip(".").lower() + "."
    zones = list(route53._records._data.values())
    return [one for records in zones for one in records if one["Name"].lower() == wanted]


def _configurations() -> list[tuple[str, RecordSet]]:
    return [(check["id"], check["config"]) for check in list(route53._health_checks._data.values())]


def _target(record_set: RecordSet) -> str:
    return str(record_set.get("AliasTarget", {}).get("DNSName", ""))
