"""Run a long program so that it outlives neither a polite stop nor our sudden death.

The child writes into a file that we follow, not into a pipe: a pipe would break when we are killed, and a broken pipe
kills a Go program (Terraform) before it can save its state.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from delivery.errors import Interrupted

POLL_SECONDS = 0.05
SAME_PRESS_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def follow(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
    on_start: Callable[[int], None] = lambda _: None,
) -> int:
    """Run a command to its end and hand over each line as it is printed.

    The child gets a session of its own, so that a Ctrl-C at the terminal reaches it exactly once, through us; two
    interrupts would make Terraform give up without saving its state. If we are killed, the kernel interrupts it
    (Linux).

    Args:
        command: program and arguments.
        directory: its working directory.
        environment: its whole environment.
        log: file that receives its output, standard error included; overwritten.
        on_line: called with each line, without the line end.
        on_start: called once with the child's process id, which is also its session's.

    Returns:
        The exit code; negative for a signal, as in `subprocess`.

    Raises:
        Interrupted: SIGINT or SIGTERM came meanwhile. It was passed on, and the child has ended.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        child = subprocess.Popen(
            list(command),
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_interrupt_with_parent,  # two plain system calls: safe between fork and exec
        )
    with _Relay(child) as relay, log.open(encoding="utf-8", errors="replace", newline="\n") as output:
        on_start(child.pid)
        code = _read_to_the_end(child, output, on_line)
    if relay.received is not None:
        raise Interrupted(relay.received)
    return code


def session_members(session: int) -> list[int]:
    """Process ids that still belong to a session whose leader may be dead (Linux; elsewhere none are seen).

    Args:
        session: id of the session, which is the process id of its first member.
    """
    processes = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return sorted(process for process in processes if _stat(process)[2] == session)


def parent_of(process: int) -> int | None:
    """Process id of a process's parent (Linux); None if it has ended.

    Args:
        process: its process id.
    """
    return _stat(process)[0]


def _stat(process: int) -> tuple[int | None, int | None, int | None]:
    """Parent, group and session of a process that runs: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html."""
    try:
        state, parent, group, session = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:4]
    except (OSError, ValueError):  # it ended while we looked
        return None, None, None
    return (None, None, None) if state == "Z" else (int(parent), int(group), int(session))


def _read_to_the_end(child: subprocess.Popen[bytes], output: IO[str], on_line: Callable[[str], None]) -> int:
    rest = ""
    while True:
        code = child.poll()  # asked before reading: what the child wrote last is then surely read
        *lines, rest = (rest + output.read()).split("\n")
        for line in lines:
            on_line(line.rstrip("\r"))
        if code is not None:
            if rest:
                on_line(rest)
            return code
        time.sleep(POLL_SECONDS)


def _interrupt_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's `&` leaves it ignored, and the child would inherit that
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class _Relay:
    """Passes SIGINT and SIGTERM on to a child as one SIGINT; a later second press is passed on as well."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.received: int | None = None
        self._child = child
        self._last = 0.0
        self._former: dict[int, object] = {}

    def __enter__(self) -> _Relay:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._pass_on)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self.received is not None and now - self._last < SAME_PRESS_SECONDS:
            return
        self.received, self._last = number, now
        if self._child.poll() is None:
            os.kill(self._child.pid, signal.SIGINT)
