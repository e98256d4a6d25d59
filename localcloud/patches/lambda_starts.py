"""A few execution environments start at once, and who waits takes the first that is free.

Lambda starts an environment for each invocation that finds none free, on machines of its own. Here all share one
machine: a start takes far longer than a warm environment takes for the work, so that the starts of a burst would hold
up each other and everything else, while callers give up and ask again. So an environment starts beside the caller who
needs it, who is served by whichever is free first, as in Lambda:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#cold-start-latency
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from localcloud.patches import Context

NEEDS = {
    "core.lambda_runtime": (
        "_lock",
        "_worker_class_for",
        "_worker_key",
        "_workers",
        "acquire_worker",
        "ensure_spawned",
        "kill_workers",
    ),
    "services.lambda_svc": ("acquire_worker", "release_worker"),
}
_PATIENCE_SECONDS = 0.05  # for a busy environment to become free, before another one starts
_POLL_SECONDS = 0.02  # for one that ended, of which nobody tells


def install(context: Context) -> None:
    """Wait before an environment starts. In the layout "regional" the processes of two Regions share the cores."""
    cores = os.cpu_count() or 1
    starts = Starts(max(1, cores // 2 if context.settings.regional else cores))
    lambda_svc.acquire_worker = starts.limited(lambda_runtime.acquire_worker)
    lambda_svc.release_worker = starts.told(lambda_svc.release_worker)


@dataclass
class Start:
    """An environment that starts for a caller, who need not wait for it."""

    under_way: bool = True
    failed: bool = True


class Starts:
    """The starts that are under way."""

    def __init__(self, at_once: int) -> None:
        """`at_once` is how many may be."""
        self._left = at_once
        self._changed = threading.Condition()

    def limited(self, acquire: Callable[..., Any]) -> Callable[..., Any]:
        """MiniStack's `acquire_worker`, which here waits for an environment, its own or another one."""

        def acquire_worker(name: str, config: dict[str, Any], code: bytes, **more: Any) -> Any:
            if lambda_runtime._worker_class_for(config) is not lambda_runtime.Worker:
                return acquire(name, config, code, **more)
            key = lambda_runtime._worker_key(name, config, more.get("qualifier", "$LATEST"))
            began, start = time.monotonic(), None
            while True:
                lambda_runtime.kill_workers(_taken_out(key))
                with self._changed:
                    worker = _leased(key)
                    if worker is not None:
                        return worker, "reused"
                    if start and start.failed and not start.under_way:  # it starts one itself, and meets the error
                        return acquire(name, config, code, **more)
                    patient = _any_runs(key) and time.monotonic() - began < _PATIENCE_SECONDS
                    if self._left and not patient and not (start and start.under_way):
                        self._left -= 1
                        start = self._begin(key, lambda: acquire(name, config, code, **more)[0])
                    self._changed.wait(_POLL_SECONDS)

        return acquire_worker

    def _begin(self, key: object, make: Callable[[], Any]) -> Start:
        """Start an environment in a thread of its own, in the caller's account and Region."""
        start = Start()

        def run() -> None:
            try:
                start.failed = not _started(key, make())
            finally:
                with self._changed:
                    self._left += 1
                    start.under_way = False
                    self._changed.notify_all()

        threading.Thread(target=contextvars.copy_context().run, args=[run], daemon=True).start()
        return start

    def told(self, release: Callable[[Any], None]) -> Callable[[Any], None]:
        """MiniStack's `release_worker`; whoever waits looks again at once."""

        def release_worker(worker: Any) -> None:
            release(worker)
            with self._changed:
                self._changed.notify_all()

        return release_worker


def _runs(worker: Any) -> bool:
    return worker._proc is not None and worker._proc.poll() is None


def _any_runs(key: object) -> bool:
    with lambda_runtime._lock:
        return any(map(_runs, lambda_runtime._workers.get(key, ())))


def _leased(key: object) -> Any:
    """A free environment of the function, which is the caller's from now on."""
    with lambda_runtime._lock:
        for worker in lambda_runtime._workers.get(key, ()):
            if not worker.in_use:
                worker.in_use, worker.last_used = True, time.time()
                return worker
    return None


def _started(key: object, worker: Any) -> bool:
    """Whether the environment runs and is free now; one that does not is taken out."""
    try:
        lambda_runtime.ensure_spawned(worker)
    except Exception:  # the function's own: a module that cannot be imported, for example
        with lambda_runtime._lock:
            pool = lambda_runtime._workers.get(key, [])
            if worker in pool:
                pool.remove(worker)
        lambda_runtime.kill_workers([worker])
        return False
    lambda_runtime.release_worker(worker)
    return True


def _taken_out(key: object) -> list[Any]:
    """The function's environments that ended; MiniStack would lease them, and start them anew on the way."""
    with lambda_runtime._lock:
        pool = lambda_runtime._workers.get(key, [])
        ended = [worker for worker in pool if not worker.in_use and not _runs(worker)]
        for worker in ended:
            pool.remove(worker)
    return ended
