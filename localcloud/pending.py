"""Work that AWS has accepted and will finish: kept until it is done, in the layout "regional" also across a kill."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

Job = dict[str, Any]


class Pending:
    """Accepted jobs of one kind, each run in a thread of its own until it returns."""

    def __init__(self, run: Callable[[Job], None], path: Path | None) -> None:
        """`run` does one job, retries included. With a `path`, `resume` runs again what a kill interrupted."""
        self._run = run
        self._path = path
        self._jobs: dict[str, Job] = {}
        self._interrupted: dict[str, Job] = json.loads(path.read_text()) if path and path.exists() else {}
        self._lock = threading.Lock()

    def accept(self, job: Job) -> None:
        """Start a job, given in JSON types, and return at once."""
        self._start(uuid.uuid4().hex, job)

    def resume(self) -> None:
        """Start again what was not done when the process ended. A job may so be done twice, as on AWS."""
        interrupted, self._interrupted = self._interrupted, {}
        for key, job in interrupted.items():
            self._start(key, job)

    def _start(self, key: str, job: Job) -> None:
        with self._lock:
            self._jobs[key] = job
            self._save()
        threading.Thread(target=self._finish, args=[key, job], daemon=True).start()

    def _finish(self, key: str, job: Job) -> None:
        try:
            self._run(job)
        finally:
            with self._lock:
                del self._jobs[key]
                self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        partial.write_text(json.dumps({**self._interrupted, **self._jobs}))
        partial.replace(self._path)
