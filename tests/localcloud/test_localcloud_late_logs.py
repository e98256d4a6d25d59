"""Log lines of an invocation that come after its answer, as on a busy machine."""

from __future__ import annotations

import queue
import threading
import time
from types import SimpleNamespace

from localcloud.patches.lambda_runtime import _collect_log
from localcloud.worker import END_OF_LOG


def reading(lines, seconds):
    """A worker whose lines come so late, from a thread that then goes on or ends."""
    told: queue.Queue[str] = queue.Queue()

    def read():
        time.sleep(seconds)
        for line in lines:
            told.put(line)

    thread = threading.Thread(target=read)
    thread.start()
    return SimpleNamespace(_stderr_queue=told, _stderr_thread=thread)


def test_late_lines_belong_to_their_own_invocation():
    worker = reading(["first", f"{END_OF_LOG}1", "second", f"{END_OF_LOG}2"], seconds=0.3)
    assert [_collect_log(worker), _collect_log(worker)] == ["first", "second"]


def test_a_worker_that_died_without_its_mark_is_not_waited_for():
    worker = reading(["last words"], seconds=0.0)
    began = time.monotonic()
    assert _collect_log(worker) == "last words"
    assert time.monotonic() - began < 1
