"""A TCP proxy before the DSQL endpoint that breaks connections at a chosen message.

What passes is TLS, so the proxy cannot read it; but a client waits for each answer, so that the messages of a warm
connection can be counted: each piece that the client sends is one round trip's.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable


class Wire:
    """Listens on `port` of 127.0.0.1 and passes everything on, until a fault is armed.

    A fault strikes once, at the n-th message that a client sends from then on:
    `before`: the message is lost, and the connection ends;
    `after`: the message is carried out, its answer is lost, and the connection ends;
    `late`: the connection ends for the client at once; the message arrives half a second later;
    `silent`: neither the message nor anything after it arrives, and the connection stays.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._fault: tuple[str, int] | None = None
        self.delay = 0.0  # seconds, for each message of a client
        self.struck = 0
        self.messages = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, fault: str, message: int = 1) -> None:
        """Have a fault strike at a message of the client."""
        with self._lock:
            self._fault = (fault, message)

    def close(self) -> None:
        self._listener.close()
        for end in self._sockets:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            passing = threading.Event()
            passing.set()
            threading.Thread(target=self._requests, args=[client, server, passing], daemon=True).start()
            threading.Thread(target=self._answers, args=[server, client, passing], daemon=True).start()

    def _requests(self, client: socket.socket, server: socket.socket, passing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 20):
                if self.delay:
                    time.sleep(self.delay)
                self.messages += 1
                fault = self._due()
                if fault is not None:
                    passing.clear()
                    _FAULTS[fault](data, client, server)
                    if fault != "silent":
                        return
                elif passing.is_set():
                    server.sendall(data)
        _end(client, server)

    def _answers(self, server: socket.socket, client: socket.socket, passing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 20):
                if passing.is_set():
                    client.sendall(data)
        if passing.is_set():
            _end(client, server)

    def _due(self) -> str | None:
        with self._lock:
            if self._fault is None:
                return None
            fault, message = self._fault
            if message > 1:
                self._fault = (fault, message - 1)
                return None
            self._fault = None
            self.struck += 1
            return fault


def _before(data: bytes, client: socket.socket, server: socket.socket) -> None:
    _end(client, server)


def _after(data: bytes, client: socket.socket, server: socket.socket) -> None:
    server.sendall(data)
    time.sleep(0.1)  # the endpoint carries it out and answers; the answer is dropped
    _end(client, server)


def _late(data: bytes, client: socket.socket, server: socket.socket) -> None:
    _end(client)
    time.sleep(0.5)
    _after(data, client, server)


def _silent(data: bytes, client: socket.socket, server: socket.socket) -> None:
    """Nothing is passed on."""


_FAULTS: dict[str, Callable[[bytes, socket.socket, socket.socket], None]] = {
    "before": _before,
    "after": _after,
    "late": _late,
    "silent": _silent,
}


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
