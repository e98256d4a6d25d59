"""Work that AWS has accepted and will finish: kept until it is done, in the layout "regional" also across a kill."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Job = dict[str, Any]
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5  # between them

logger = logging.getLogger("localcloud.pending")


class Pending:
    """Accepted jobs of one kind, each run in a thread of its own until it returns."""

    def __init__(self, run: Callable[[Job], None], path: Path | None) -> None:
        """`run` does one job, retries included. With a `path`, `resume` runs again what a kill interrupted."""
        self._run = run
        self._journal = Journal(path) if path else None
        self._lock = threading.Lock()

    def accept(self, job: Job) -> None:
        """Start a job, given in JSON types, and return at once."""
        self._start(uuid.uuid4().hex, job)

    def resume(self) -> None:
        """Start again what was not done when the process ended. A job may so be done twice, as on AWS."""
        if self._journal is not None:
            for key, job in self._journal.interrupted().items():
                self._start(key, job)

    def _start(self, key: str, job: Job) -> None:
        if self._journal is not None:
            with self._lock:
                self._journal.accepted(key, job)
        threading.Thread(target=self._finish, args=[key, job], daemon=True).start()

    def _finish(self, key: str, job: Job) -> None:
        for _ in range(_ATTEMPTS):
            try:
                self._run(job)
            except Exception:  # a fault of the emulator's, not of the job's: AWS would lose nothing by one
                logger.exception("an accepted job failed inside the embedded cloud")
                time.sleep(_PAUSE_SECONDS)
            else:
                break
        if self._journal is not None:
            with self._lock:
                self._journal.done(key)


class Journal:
    """A file with a line for each job that was accepted, and one for each that is done.

    A burst of events is thousands of jobs at once: writing all of them anew for each would be the square of that.
    """

    def __init__(self, path: Path) -> None:
        """Read `path` if it is there, and write it anew with what is open."""
        self._interrupted = _unfinished(path.read_text(encoding="utf-8")) if path.exists() else {}
        self._open = set(self._interrupted)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text("".join(map(_line, self._interrupted.items())), encoding="utf-8")
        partial.replace(path)
        self._file = path.open("a", encoding="utf-8")

    def interrupted(self) -> dict[str, Job]:
        """The jobs that an earlier process left, once: whoever asks starts them."""
        found, self._interrupted = self._interrupted, {}
        return found

    def accepted(self, key: str, job: Job) -> None:
        """Note a job."""
        self._open.add(key)
        self._write(_line((key, job)))

    def done(self, key: str) -> None:
        """Note its end; the file is emptied when nothing is open."""
        self._open.discard(key)
        self._write(json.dumps({"key": key}) + "\n")
        if not self._open:
            self._file.truncate(0)

    def _write(self, line: str) -> None:
        self._file.write(line)
        self._file.flush()


def _line(entry: tuple[str, Job]) -> str:
    key, job = entry
    return json.dumps({"key": key, "job": job}) + "\n"


def _unfinished(text: str) -> dict[str, Job]:
    """The accepted jobs that have no end; a line that a kill cut off was not accepted yet."""
    found: dict[str, Job] = {}
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        entry = json.loads(line)
        if "job" in entry:
            found[entry["key"]] = entry["job"]
        else:
            found.pop(entry["key"], None)
    return found
