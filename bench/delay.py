"""A TCP proxy on 127.0.0.1 that keeps each message of a client back: a network with a round-trip time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PIECE = 1 << 20  # bytes; a message of these measurements is smaller


@contextmanager
def delayed(port: int, seconds: float) -> Iterator[int]:
    """Pass connections on; yields the port to connect to instead.

    Args:
        port: of 127.0.0.1, where connections are passed on to.
        seconds: round-trip time to add.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=[listener, port, seconds], daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener: socket.socket, port: int, seconds: float) -> None:
    with contextlib.suppress(OSError):  # the listener was closed
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for source, sink, pause in ((client, server, seconds), (server, client, 0.0)):
                sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_pass, args=[source, sink, pause], daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket, pause: float) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            if pause:
                time.sleep(pause)
            sink.sendall(piece)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
