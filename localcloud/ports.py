"""Listening sockets on 127.0.0.1, bound by the parent and inherited by the process that serves them: no race."""

from __future__ import annotations

import errno
import socket
import time

import psutil

from localcloud.errors import PortTakenError

HOST = "127.0.0.1"


def listen(port: int | None = None) -> socket.socket:
    """A listening socket on `port`, or on a free port.

    Raises:
        PortTakenError: the port is in use; the text names the program if it can be seen.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port or 0))
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortTakenError(_taken(port or 0, error)) from error
    listener.set_inheritable(True)
    return listener


def listen_again(port: int, seconds: float = 30.0) -> socket.socket:
    """A listening socket on a port that was used until a moment ago.

    What was killed under load has connections that the kernel ends a little later, or an outgoing connection of
    another program has the port for a while.

    Raises:
        PortTakenError: it is in use for longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return listen(port)
        except PortTakenError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def listen_udp() -> socket.socket:
    """A UDP socket on a free port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((HOST, 0))
    listener.set_inheritable(True)
    return listener


def number(listener: socket.socket) -> int:
    """The port a socket listens on."""
    return int(listener.getsockname()[1])


def free_port() -> int:
    """A port that was free a moment ago, for programs that cannot inherit a socket (PostgreSQL)."""
    with listen() as listener:
        return number(listener)


def _taken(port: int, error: OSError) -> str:
    if error.errno == errno.EACCES:
        return f"port {port} on {HOST} needs more rights than this user has; choose one above 1023, or leave it out"
    return f"port {port} on {HOST} is taken{_owner(port)}; end that program, choose another port, or leave the port out"


def _owner(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""
