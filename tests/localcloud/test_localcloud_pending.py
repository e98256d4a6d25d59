"""Accepted work is not lost by the end of a process, and a burst of it costs no more than its length."""

from __future__ import annotations

import threading
import time

from localcloud.pending import Pending


def _until(holds) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline, "the jobs did not end"
        time.sleep(0.01)


def test_what_was_not_done_is_started_again_by_the_next_process(tmp_path):
    path = tmp_path / "jobs.json"
    done, never = threading.Event(), threading.Event()
    first = Pending(lambda job: done.set() if job["number"] == 1 else never.wait(30), path)
    first.accept({"number": 2})
    first.accept({"number": 1})
    assert done.wait(5)
    _until(lambda: path.read_text().count("\n") == 3)  # two accepted, one done
    path.write_text(path.read_text() + '{"key": "cut off by the kill')

    again = []
    second = Pending(again.append, path)
    second.resume()
    second.resume()
    _until(lambda: path.read_text() == "")
    assert again == [{"number": 2}], "only what had no end is started, and once"
    never.set()


def test_a_burst_is_written_line_by_line(tmp_path):
    path = tmp_path / "jobs.json"
    hold = threading.Event()
    jobs = Pending(lambda _: hold.wait(30), path)
    for number in range(500):
        jobs.accept({"number": number})
    assert path.read_text().count("\n") == 500
    hold.set()
    _until(lambda: path.read_text() == "")


def test_a_fault_of_the_emulators_own_loses_no_job(tmp_path, caplog):
    runs = []

    def run(job):
        runs.append(job)
        if len(runs) == 1:
            raise RuntimeError("dictionary changed size during iteration")

    path = tmp_path / "jobs.json"
    Pending(run, path).accept({"number": 1})
    _until(lambda: len(runs) == 2 and path.read_text() == "")
    assert "an accepted job failed inside the embedded cloud" in caplog.text
