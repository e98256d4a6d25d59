"""The embedded cloud as one object: start, end, and what its clients need in their environment."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import socket
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal

import psutil

from localcloud import emulator, ports, processes
from localcloud.certificates import create_authority
from localcloud.errors import LocalCloudError
from localcloud.settings import Settings
from localcloud.state import State

Layout = Literal["single", "regional"]
DEFAULT_DIRECTORY = Path("build/localcloud")
DEFAULT_REGIONS = ("us-east-1", "us-east-2", "us-west-2")
WORKSPACE = "localcloud"
_ROOT = Path(__file__).resolve().parent.parent
_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from localcloud.{module} import main; main(sys.argv[2])"
_START_SECONDS = 20.0


class Cloud:
    """An embedded cloud with its files below one directory.

    As a context manager it ends with the block, and with the program, however that ends. `up` alone starts a cloud
    that stays until `down`.
    """

    def __init__(
        self,
        directory: Path = DEFAULT_DIRECTORY,
        layout: Layout = "single",
        regions: Sequence[str] = DEFAULT_REGIONS,
        *,
        port: int | None = None,
        interpreters: Mapping[str, Path] | None = None,
    ) -> None:
        """Describe a cloud; nothing is started.

        Args:
            directory: receives settings, certificates and logs; one cloud at a time per directory.
            layout: "single", one process for all Regions; or "regional", one process per Region, which can be
                killed, stopped and restarted.
            regions: the primary Region first; the default Region of the clients.
            port: a fixed port for the AWS API; a free one by default.
            interpreters: further Pythons for Lambda functions, by minor version, for example {"3.13": Path(...)}.
        """
        self.directory = directory.resolve()
        self.layout = layout
        self.regions = tuple(regions)
        self._port = port
        self._interpreters = {minor: str(path) for minor, path in (interpreters or {}).items()}
        self._state_path = self.directory / "state.json"
        self._state: State | None = None

    def __enter__(self) -> Cloud:
        """Start; the kernel ends the cloud's processes if this program's thread ends without leaving the block."""
        self._start(dies_with_parent=True)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End."""
        self.down()

    def up(self) -> None:
        """Start an empty cloud in the background, and return once it answers. One that runs here is ended first.

        Raises:
            PortTaken: the fixed port is in use.
            StartFailed: a process ended or did not answer in time.
        """
        self._start(dies_with_parent=False)

    def down(self) -> int:
        """End all processes of this directory's cloud. Returns how many there were; none is no error."""
        with self._alone():
            return self._end()

    def status(self) -> dict[str, str]:
        """The cloud's processes and "running", "stopped" or "gone" for each; empty if nothing was started here."""
        state = State.read(self._state_path)
        return {name: _condition(entry.pid, entry.alive) for name, entry in state.processes.items()} if state else {}

    def environment(self) -> dict[str, str]:
        """What a client (terraform, aws, psql, boto3) needs in its environment to talk to this cloud.

        Raises:
            LocalCloudError: no cloud runs here.
        """
        state = self._state or State.read(self._state_path)
        if state is None or not state.environment or not any(entry.alive for entry in state.processes.values()):
            raise LocalCloudError(f"no embedded cloud runs in {self.directory}; run: python -m localcloud up")
        return dict(state.environment)

    def _start(self, *, dies_with_parent: bool) -> None:
        with self._alone():
            self._end()
            try:
                self._start_processes(dies_with_parent)
            except BaseException:
                self._end()
                raise

    def _start_processes(self, dies_with_parent: bool) -> None:
        for name in ("state", "scratch", "logs"):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        scratch = tempfile.mkdtemp(prefix="localcloud-")
        Path(scratch).chmod(0o711)  # PostgreSQL's user walks through it
        state = self._state = State(secrets.token_hex(16), self.layout, scratch)
        state.write(self._state_path)
        certificate, key = create_authority(self.directory)
        with ports.listen(self._port) as gateway, ports.listen() as dsql:
            settings = Settings(
                name="cloud",
                directory=str(self.directory),
                scratch=scratch,
                instance=state.instance,
                access_key="AKIA" + _random(string.ascii_uppercase + "234567", 16),
                secret_key=_random(string.ascii_letters + string.digits, 40),
                endpoint=f"http://{ports.HOST}:{ports.number(gateway)}",
                dsql_port=ports.number(dsql),
                ca_certificate=str(certificate),
                ca_key=str(key),
                gateway_fd=gateway.fileno(),
                dsql_fd=dsql.fileno(),
                interpreters=self._interpreters,
            )
            self._launch(settings, "emulator", [gateway, dsql], dies_with_parent)
        state.ports = {"gateway": int(settings.endpoint.rpartition(":")[2]), "dsql": settings.dsql_port}
        state.environment = client_environment(settings, self.regions[0])
        state.write(self._state_path)

    def _launch(
        self, settings: Settings, module: str, listeners: Sequence[socket.socket], dies_with_parent: bool
    ) -> subprocess.Popen[bytes]:
        path = self.directory / f"{settings.name}.json"
        settings.write(path)
        log = self.directory / "logs" / f"{settings.name}.log"
        process = processes.start(
            [sys.executable, "-c", _ENTRY.format(module=module), str(_ROOT), str(path)],
            environment=emulator.environment(settings),
            log=log,
            dies_with_parent=dies_with_parent,
            pass_fds=[listener.fileno() for listener in listeners],
        )
        state = self._state
        assert state is not None
        state.record(settings.name, process.pid)
        state.write(self._state_path)
        port = ports.number(listeners[0])
        processes.wait_until(lambda: _healthy(port), process, log, name=settings.name, seconds=_START_SECONDS)
        return process

    def _end(self) -> int:
        state = State.read(self._state_path)
        self._state = None
        if state is None:
            return 0
        ended = state.end()
        self._state_path.unlink(missing_ok=True)
        return ended

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or end at a time per directory. The lock goes with its holder, so none stays behind."""
        import fcntl

        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            deadline = time.monotonic() + _START_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() > deadline:
                        raise LocalCloudError(
                            f"another start or end in {self.directory} is under way; wait for it"
                        ) from error
                    time.sleep(0.05)
            yield


def client_environment(settings: Settings, region: str) -> dict[str, str]:
    """The environment of the cloud's clients; `region` is their default Region."""
    return {
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "PGHOSTADDR": ports.HOST,
        "PGPORT": str(settings.dsql_port),
        "PGSSLROOTCERT": settings.ca_certificate,
        "PGSSLMODE": "verify-full",
        "PGDATABASE": "postgres",
        "TF_WORKSPACE": WORKSPACE,
    }


def _healthy(port: int) -> bool:
    """Whether the process answers HTTP on the port (the socket is open before the process is ready)."""
    try:
        with socket.create_connection((ports.HOST, port), timeout=0.5) as connection:
            connection.settimeout(0.5)
            connection.sendall(b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _condition(pid: int, alive: bool) -> str:
    if not alive:
        return "gone"
    try:
        return "stopped" if psutil.Process(pid).status() == psutil.STATUS_STOPPED else "running"
    except psutil.Error:
        return "gone"


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
