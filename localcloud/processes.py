"""Child processes: started so that they can always be found again, and ended without leaving anything.

Every process of a cloud carries the cloud's instance mark in its environment (children inherit it), besides being
written down with its creation time. So the next start finds what a SIGKILL left behind, however deep, and can never
end a stranger that was given a recycled process id.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from localcloud.errors import StartFailedError

MARK = "LOCALCLOUD_INSTANCE"
_PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
)
_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2), PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """A child's environment: the search path, the locale, certificate stores and `extra`; nothing else leaks in."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | dict(extra)


def start(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    dies_with_parent: bool = False,
    death_signal: int = signal.SIGKILL,
    user: int | None = None,
    pass_fds: Iterable[int] = (),
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, its output appended to `log`.

    `dies_with_parent` has the kernel send `death_signal` when the thread that called this ends (Linux only; elsewhere
    the next start ends what is left). `user` is a user and group id to change to, for programs that refuse root.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(
            list(arguments),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
            pass_fds=tuple(pass_fds),
            cwd=cwd,
            preexec_fn=_bound_to(parent, death_signal) if dies_with_parent else None,
        )


def _bound_to(parent: int, death_signal: int) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def bind() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, death_signal)
        if os.getppid() != parent:  # the parent died before the kernel was told
            os._exit(1)

    return bind


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, name: str, seconds: float
) -> None:
    """Return once `ready()` is true.

    Raises:
        StartFailedError: the process ended, or `seconds` went by.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        code = process.poll()
        if code is not None:
            raise StartFailedError(f"{name} ended with code {code}; see {log}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise StartFailedError(f"{name} did not answer within {seconds:g} s; see {log}:\n{tail(log)}")
        time.sleep(0.02)


def tail(log: Path, lines: int = 15) -> str:
    """The last `lines` of a log file, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no output)"


def created(pid: int) -> float | None:
    """When the process was created, in seconds since the epoch; None if there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def alive(pid: int, creation: float) -> bool:
    """Whether the very process that was written down still runs (not a later one with the same id)."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - creation) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def marked(instance: str) -> list[psutil.Process]:
    """All processes that carry the instance mark, children of children included; never this one."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == instance:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def end(processes: Iterable[psutil.Process], *, grace: float = 2.0) -> int:
    """End processes: first politely, after `grace` seconds by force. Returns how many there were."""
    targets = list({process.pid: process for process in processes}.values())
    for process in targets:
        send(process, _polite_signal(process))
        send(process, signal.SIGCONT)  # a stopped process could not hear it
    left = await_end(targets, grace)
    for process in left:
        send(process, signal.SIGKILL)
    await_end(left, grace)
    return len(targets)


def await_end(targets: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until the processes have ended; returns those that have not. A zombie has: it waits for its parent only."""
    deadline = time.monotonic() + seconds
    left = list(targets)
    while left := [process for process in left if alive(process.pid, process.create_time())]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return left


def _polite_signal(process: psutil.Process) -> int:
    """PostgreSQL waits for its clients on SIGTERM; SIGINT makes it close at once and free its shared memory."""
    try:
        return signal.SIGINT if process.name() == "postgres" else signal.SIGTERM
    except psutil.Error:
        return signal.SIGTERM


def send(process: psutil.Process, number: int) -> None:
    """Send a signal; a process that has ended meanwhile is no error."""
    try:
        process.send_signal(number)
    except (psutil.Error, ProcessLookupError):
        return
