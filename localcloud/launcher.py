"""Starting the processes of a cloud: one for all Regions, or a router and one for each."""

from __future__ import annotations

import dataclasses
import secrets
import socket
import string
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from localcloud import emulator, peers, ports, processes
from localcloud.settings import GLOBAL, Settings
from localcloud.state import State

SINGLE = "cloud"
ROUTER = "router"
START_SECONDS = 60.0  # a Region that starts on a busy machine
_ROOT = Path(__file__).resolve().parent.parent
_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from localcloud.{module} import main; main(sys.argv[2])"


class Launcher:
    """Starts processes and writes each down before it waits for it."""

    def __init__(self, directory: Path, state: State, state_path: Path, *, dies_with_parent: bool) -> None:
        """`state` is kept up to date at `state_path`; `dies_with_parent` binds the processes to this program."""
        self._directory = directory
        self._state = state
        self._state_path = state_path
        self._dies_with_parent = dies_with_parent

    def settings(
        self,
        certificate: Path,
        key: Path,
        gateway: socket.socket,
        dsql: socket.socket,
        dns: socket.socket,
        options: dict[str, Any],
    ) -> Settings:
        """New settings, with new credentials, for clients that reach the cloud through these sockets.

        `options` are other fields of `Settings`.
        """
        return Settings(
            name=SINGLE,
            directory=str(self._directory),
            scratch=self._state.scratch,
            instance=self._state.instance,
            access_key="AKIA" + _random(string.ascii_uppercase + "234567", 16),
            secret_key=_random(string.ascii_letters + string.digits, 40),
            endpoint=f"http://{ports.HOST}:{ports.number(gateway)}",
            dsql_port=ports.number(dsql),
            ca_certificate=str(certificate),
            ca_key=str(key),
            gateway_fd=gateway.fileno(),
            dsql_fd=dsql.fileno(),
            dns_port=ports.number(dns),
            dns_fd=dns.fileno(),
            **options,
        )

    def single(self, settings: Settings, listeners: Sequence[socket.socket]) -> None:
        """Start one process for all Regions."""
        self._await(settings, self._launch(settings, "emulator", listeners), ports.number(listeners[0]))

    def regional(
        self, settings: Settings, listeners: Sequence[socket.socket], dns: socket.socket, regions: Sequence[str]
    ) -> None:
        """Start a process per Region, one for the global services and `dns`, and the router behind `listeners`."""
        with ExitStack() as stack:
            own = {name: stack.enter_context(ports.listen()) for name in (GLOBAL, *regions)}
            dsql = {region: stack.enter_context(ports.listen()) for region in regions}
            settings = dataclasses.replace(
                settings,
                peers={name: f"http://{ports.HOST}:{ports.number(listener)}" for name, listener in own.items()},
                dsql_ports={region: ports.number(listener) for region, listener in dsql.items()},
                databases_url=settings.endpoint,
            )
            self._launch(dataclasses.replace(settings, name=ROUTER, dns_fd=None), "router", listeners)
            started = {}
            for name in own:
                sockets = [own[name], *([dsql[name]] if name in dsql else [])]
                names = dns if name == GLOBAL else None
                started[name] = self._region(dataclasses.replace(settings, name=name), sockets, names)
            for name, process in started.items():
                self._await(dataclasses.replace(settings, name=name), process, ports.number(own[name]))

    def restart(self, region: str) -> None:
        """Start a Region's process again, on its ports and with its state."""
        settings = Settings.read(self._path(region))
        port = int(settings.peers[region].rpartition(":")[2])
        with ports.listen_again(port) as gateway, ports.listen_again(settings.dsql_ports[region]) as dsql:
            self._await(settings, self._region(settings, [gateway, dsql]), port)
        for operation in ("events.resume", "lambda.resume"):
            peers.post(settings.peers[region], operation, {}, settings.instance, seconds=START_SECONDS)

    def read(self, name: str) -> Settings:
        """The settings that a process was started with."""
        return Settings.read(self._path(name))

    def _region(
        self, settings: Settings, sockets: Sequence[socket.socket], dns: socket.socket | None = None
    ) -> subprocess.Popen[bytes]:
        descriptors = [listener.fileno() for listener in sockets]
        gateway, dsql = descriptors[0], descriptors[1] if len(descriptors) > 1 else None
        own = dataclasses.replace(settings, gateway_fd=gateway, dsql_fd=dsql, dns_fd=dns.fileno() if dns else None)
        return self._launch(own, "emulator", [*sockets, *([dns] if dns else [])])

    def _launch(self, settings: Settings, module: str, listeners: Sequence[socket.socket]) -> subprocess.Popen[bytes]:
        path = self._path(settings.name)
        settings.write(path)
        process = processes.start(
            [sys.executable, "-c", _ENTRY.format(module=module), str(_ROOT), str(path)],
            environment=emulator.environment(settings),
            log=self._log(settings.name),
            dies_with_parent=self._dies_with_parent,
            pass_fds=[listener.fileno() for listener in listeners],
        )
        self._state.record(settings.name, process.pid)
        self._state.write(self._state_path)
        return process

    def _await(self, settings: Settings, process: subprocess.Popen[bytes], port: int) -> None:
        processes.wait_until(
            lambda: healthy(port), process, self._log(settings.name), name=settings.name, seconds=START_SECONDS
        )

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.json"

    def _log(self, name: str) -> Path:
        return self._directory / "logs" / f"{name}.log"


def healthy(port: int) -> bool:
    """Whether the process answers HTTP on the port (the socket is open before the process is ready)."""
    try:
        with socket.create_connection((ports.HOST, port), timeout=0.5) as connection:
            connection.settimeout(5.0)  # one that starts under load answers what waited for it first
            connection.sendall(b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
