"""Outages smaller than a Region, in the layout "regional": one service of a Region, its database included."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from localcloud.head import Head

DATABASE = "dsql"
"""The service whose outage also ends the Region's connections to PostgreSQL's port."""


class Outages:
    """What the router does not let through."""

    def __init__(self) -> None:
        self._down: set[tuple[str, str]] = set()
        self._open: dict[str, set[asyncio.StreamWriter]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def set(self, region: str, service: str, down: bool) -> None:
        """Begin or end an outage; called in any thread. `service` is the name that requests are signed for."""
        if not down:
            self._down.discard((region, service))
            return
        self._down.add((region, service))
        if service == DATABASE and self._loop is not None:
            done = threading.Event()
            self._loop.call_soon_threadsafe(self._cut, region, done)
            done.wait(1)

    def stops(self, head: Head) -> bool:
        """Whether a request is for what is down."""
        return bool(self._down) and head.scope() in self._down

    def check(self, region: str) -> None:
        """Refuse a connection to a database that is down.

        Raises:
            ConnectionRefusedError: it is down.
        """
        if (region, DATABASE) in self._down:
            raise ConnectionRefusedError(f"the database in {region} is down")

    @contextlib.contextmanager
    def counted(self, region: str, *writers: asyncio.StreamWriter) -> Iterator[None]:
        """Remember a connection for as long as the block runs, so that an outage can end it."""
        self._loop = asyncio.get_running_loop()
        known = self._open.setdefault(region, set())
        known.update(writers)
        try:
            yield
        finally:
            known.difference_update(writers)

    def _cut(self, region: str, done: threading.Event) -> None:
        for writer in list(self._open.get(region, ())):
            writer.transport.abort()
        done.set()
