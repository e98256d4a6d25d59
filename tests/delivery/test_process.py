import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from delivery.errors import Interrupted
from delivery.process import follow, session_members

REPOSITORY = Path(__file__).parents[2]
# Counts the interrupts it gets, takes a moment to end after the first, and says what it saw: as Terraform does.
PATIENT = """
import signal, sys, time, pathlib
got = []
signal.signal(signal.SIGINT, lambda *_: got.append(1))
print("ready", flush=True)
end = time.time() + 20
while not got and time.time() < end:
    time.sleep(0.02)
time.sleep(0.5)
print("saved after", len(got), flush=True)
pathlib.Path(sys.argv[1]).write_text(f"saved {len(got)}")
"""


def run(code: str, tmp_path: Path, on_line=lambda _: None, **more) -> int:
    return follow(
        [sys.executable, "-c", code, str(tmp_path / "state")],
        directory=tmp_path,
        environment=dict(os.environ),
        log=tmp_path / "log",
        on_line=on_line,
        **more,
    )


def wait_for(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited 10 s"
        time.sleep(0.02)


def test_every_line_arrives_and_stays_in_the_log(tmp_path):
    lines: list[str] = []
    code = run(
        "import sys; print('one'); print('two', file=sys.stderr, flush=True); print('no end', end='')",
        tmp_path,
        lines.append,
    )
    assert code == 0
    assert sorted(lines) == ["no end", "one", "two"]
    assert len((tmp_path / "log").read_text().splitlines()) == 3


def test_lines_arrive_while_the_program_runs(tmp_path):
    times: list[float] = []
    run(
        "import time; print(1, flush=True); time.sleep(0.5); print(2)",
        tmp_path,
        lambda _: times.append(time.monotonic()),
    )
    assert times[1] - times[0] > 0.3


def test_the_exit_code_comes_back(tmp_path):
    assert run("raise SystemExit(3)", tmp_path) == 3
    assert run("import os; os.kill(os.getpid(), 9)", tmp_path) == -9


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_us_interrupts_the_program_once_and_waits_for_it(tmp_path, number):
    def signal_twice(line: str) -> None:
        if line == "ready":
            os.kill(os.getpid(), number)
            os.kill(os.getpid(), number)

    with pytest.raises(Interrupted) as raised:
        run(PATIENT, tmp_path, signal_twice)
    assert (tmp_path / "state").read_text() == "saved 1"
    assert raised.value.exit_code == 128 + number


def test_signal_handlers_are_put_back(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    run("pass", tmp_path)
    assert signal.getsignal(signal.SIGINT) is before


def test_it_runs_outside_of_the_main_thread(tmp_path):
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run("pass", tmp_path)))
    thread.start()
    thread.join()
    assert codes == [0]


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_our_sudden_death_interrupts_the_program_which_still_saves(tmp_path):
    ours = f"""
import os, sys
from pathlib import Path
from delivery.process import follow
follow([sys.executable, "-c", {PATIENT!r}, {str(tmp_path / "state")!r}], directory=Path({str(tmp_path)!r}),
       environment=dict(os.environ), log=Path({str(tmp_path / "log")!r}), on_line=lambda line: print(line, flush=True))
"""
    with subprocess.Popen([sys.executable, "-c", ours], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
    wait_for((tmp_path / "state").exists)
    assert (tmp_path / "state").read_text() == "saved 1"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_orphans_are_found_by_their_session(tmp_path):
    sessions: list[int] = []
    code = (
        "import subprocess, sys, os; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)']).pid)"
    )
    lines: list[str] = []
    run(code, tmp_path, lines.append, on_start=sessions.append)
    orphan = int(lines[0])
    assert session_members(sessions[0]) == [orphan]
    os.kill(orphan, signal.SIGKILL)
    wait_for(lambda: session_members(sessions[0]) == [])
