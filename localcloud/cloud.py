"""The embedded cloud as one object: start, end, outages, and what its clients need in their environment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import psutil

from localcloud import peers, ports, processes
from localcloud.certificates import create_authority
from localcloud.errors import LocalCloudError
from localcloud.launcher import START_SECONDS, Launcher
from localcloud.postgres import scratch_directory
from localcloud.settings import client_environment
from localcloud.state import Recorded, State

Layout = Literal["single", "regional"]
DEFAULT_DIRECTORY = Path("build/localcloud")
DEFAULT_REGIONS = ("us-east-1", "us-east-2", "us-west-2")


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
        retry_seconds: float = 0.5,
    ) -> None:
        """Describe a cloud; nothing is started.

        Args:
            directory: receives settings, certificates and logs; one cloud at a time per directory.
            layout: "single", one process for all Regions; or "regional", one process per Region, which can be
                killed, stopped and restarted.
            regions: the primary Region first; the default Region of the clients.
            port: a fixed port for the AWS API; a free one by default.
            interpreters: further Pythons for Lambda functions, by minor version, for example {"3.13": Path(...)}.
            retry_seconds: wait before the first retry of an asynchronous invocation or a delivery of an event, twice
                that before the second; Lambda waits one minute.
        """
        self.directory = directory.resolve()
        self.layout = layout
        self.regions = tuple(regions)
        self._port = port
        known = {minor: str(path) for minor, path in (interpreters or {}).items()}
        self._options: dict[str, Any] = {"interpreters": known, "retry_base_seconds": retry_seconds}
        self._state_path = self.directory / "state.json"
        self._dies_with_parent = False

    def __enter__(self) -> Cloud:
        """Start; the kernel ends the cloud's processes if this program's thread ends without leaving the block."""
        self._dies_with_parent = True
        self.up()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """End."""
        self.down()

    def up(self) -> None:
        """Start an empty cloud in the background, and return once it answers. One that runs here is ended first.

        Raises:
            PortTakenError: the fixed port is in use.
            StartFailedError: a process ended or did not answer in time.
        """
        with self._alone():
            self._end()
            try:
                self._start()
            except BaseException:
                self._end()
                raise

    def down(self) -> int:
        """End all processes of this directory's cloud. Returns how many there were; none is no error."""
        with self._alone():
            return self._end()

    def status(self) -> dict[str, str]:
        """The cloud's processes and "running", "stopped" or "gone" for each; empty if nothing was started here."""
        state = State.read(self._state_path)
        return {name: _condition(entry) for name, entry in state.processes.items()} if state else {}

    def environment(self) -> dict[str, str]:
        """What a client (terraform, aws, psql, boto3) needs in its environment to talk to this cloud.

        Raises:
            LocalCloudError: no cloud runs here.
        """
        return {**self._running().environment, **_past_proxies(os.environ)}

    def kill(self, region: str) -> None:
        """End a Region without warning, its functions and database connections included (layout "regional").

        What the Region had acknowledged is kept for `restart`.

        Raises:
            LocalCloudError: another layout, no such Region, or it does not run.
        """
        process, launcher = self._region(region)
        settings = launcher.read(region)
        if process.status() != psutil.STATUS_STOPPED:
            with contextlib.suppress(peers.PeerUnreachableError):
                peers.post(settings.peers[region], "snapshot", {}, settings.instance, seconds=START_SECONDS)
        for member in _with_children(process):
            processes.send(member, signal.SIGKILL)
        processes.await_end([process], START_SECONDS)

    def stop(self, region: str) -> None:
        """Freeze a Region: connections stay open and nothing answers (layout "regional"). Raises as `kill` does."""
        process = self._region(region)[0]
        for member in _with_children(process):
            processes.send(member, signal.SIGSTOP)
        deadline = time.monotonic() + START_SECONDS
        while process.status() != psutil.STATUS_STOPPED and time.monotonic() < deadline:
            time.sleep(0.01)  # a signal is delivered when the process runs next
        self._ask_router("databases.cut", region=region)

    def resume(self, region: str) -> None:
        """Let a frozen Region go on where it was (layout "regional"). Raises as `kill` does."""
        for member in _with_children(self._region(region)[0]):
            processes.send(member, signal.SIGCONT)

    def restart(self, region: str) -> None:
        """Start a Region again with its state; one that runs is killed first (layout "regional").

        Raises:
            LocalCloudError: another layout, or no such Region.
            StartFailedError: the process ended or did not answer in time.
        """
        with self._alone():
            state = self._regional(region)
            if state.processes[region].alive:
                self.kill(region)
            self._launcher(state).restart(region)

    def fail(self, region: str, service: str) -> None:
        """Have a service of a Region answer 503; "dsql" also ends its connections (layout "regional").

        Args:
            region: the Region.
            service: the name that requests are signed for: "events", "kms", "lambda", ...

        Raises:
            LocalCloudError: another layout, or no such Region.
        """
        self._outage(region, service, down=True)

    def mend(self, region: str, service: str) -> None:
        """End what `fail` began. Raises as it does."""
        self._outage(region, service, down=False)

    def partition(self, region: str) -> None:
        """Cut a Region off from the others: it answers its clients, but its database has no quorum (layout "regional").

        Raises as `kill` does.
        """
        self._outage(region, "dsql", down=True)
        self._tell(region, "peers.cut", cut=True)

    def heal(self, region: str) -> None:
        """End what `partition` began. Raises as `kill` does."""
        self._tell(region, "peers.cut", cut=False)
        self._outage(region, "dsql", down=False)

    def expire_tokens(self, region: str, seconds: float) -> None:
        """End a Region's database connections, and refuse tokens for a while as expired. Raises as `kill` does."""
        self._tell(region, "dsql.expire", seconds=seconds)

    def processes_of(self, region: str) -> list[psutil.Process]:
        """The execution environments of functions in a Region (layout "regional"). Raises as `kill` does."""
        return self._region(region)[0].children(recursive=True)

    def _outage(self, region: str, service: str, *, down: bool) -> None:
        self._ask_router("outages.set", region=region, service=service, down=down)

    def _ask_router(self, operation: str, *, region: str, **arguments: object) -> None:
        state = self._regional(region)
        url, arguments = state.environment["AWS_ENDPOINT_URL"], {"region": region, **arguments}
        peers.post(url, operation, arguments, state.instance, seconds=START_SECONDS)

    def _tell(self, region: str, operation: str, **arguments: object) -> None:
        _, launcher = self._region(region)
        settings = launcher.read(region)
        peers.post(settings.peers[region], operation, arguments, settings.instance, seconds=START_SECONDS)

    def _start(self) -> None:
        for name in ("state", "scratch", "logs"):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        state = State(secrets.token_hex(16), self.layout, str(scratch_directory()))
        state.write(self._state_path)
        certificate, key = create_authority(self.directory)
        launcher = self._launcher(state)
        with ports.listen(self._port) as gateway, ports.listen() as dsql, ports.listen_udp() as dns:
            settings = launcher.settings(certificate, key, gateway, dsql, dns, self._options)
            if self.layout == "regional":
                launcher.regional(settings, [gateway, dsql], dns, self.regions)
            else:
                launcher.single(settings, [gateway, dsql, dns])
        state.environment = client_environment(settings, self.regions[0])
        state.write(self._state_path)

    def _launcher(self, state: State) -> Launcher:
        return Launcher(self.directory, state, self._state_path, dies_with_parent=self._dies_with_parent)

    def _end(self) -> int:
        state = State.read(self._state_path)
        if state is None:
            return 0
        ended = state.end()
        self._state_path.unlink(missing_ok=True)
        return ended

    def _running(self) -> State:
        state = State.read(self._state_path)
        if state is None or not state.environment or not any(entry.alive for entry in state.processes.values()):
            raise LocalCloudError(f"no embedded cloud runs in {self.directory}; run: python -m localcloud up")
        return state

    def _regional(self, region: str) -> State:
        state = self._running()
        if state.layout != "regional":
            raise LocalCloudError(
                f"layout {state.layout!r} has one process for all Regions; start with: "
                "python -m localcloud up --layout regional"
            )
        if region not in state.processes or "-" not in region:
            known = ", ".join(name for name in state.processes if "-" in name)
            raise LocalCloudError(f"no Region {region!r} in this cloud; its Regions are {known}")
        return state

    def _region(self, region: str) -> tuple[psutil.Process, Launcher]:
        state = self._regional(region)
        entry = state.processes[region]
        if not entry.alive:
            raise LocalCloudError(f"Region {region} does not run; run: python -m localcloud restart {region}")
        return psutil.Process(entry.pid), self._launcher(state)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or end at a time per directory. The lock goes with its holder, so none stays behind."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w") as lock:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() > deadline:
                        raise LocalCloudError(f"another start or end is under way in {self.directory}") from error
                    time.sleep(0.05)
            yield


def _past_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """What keeps clients from asking a proxy of the user's, which has no way to this machine. Some read either name."""
    known = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    hosts = [host for host in known.split(",") if host and host != ports.HOST]
    return dict.fromkeys(("NO_PROXY", "no_proxy"), ",".join([*hosts, ports.HOST]))


def _with_children(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _condition(entry: Recorded) -> str:
    if not entry.alive:
        return "gone"
    try:
        return "stopped" if psutil.Process(entry.pid).status() == psutil.STATUS_STOPPED else "running"
    except psutil.Error:
        return "gone"
