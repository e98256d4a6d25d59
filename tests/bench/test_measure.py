"""Measuring in turns, and the document that measurements are written to."""

import os
import sys

import pytest

from bench import report
from bench.measure import BenchError, Times, in_turns, run


def test_subjects_take_turns_after_one_run_each_that_does_not_count():
    order = []
    times = in_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert "".join(order) == "ab" + "ababab"
    assert [len(found.wall) for found in times.values()] == [3, 3]


def test_processor_seconds_are_those_of_the_programs_that_were_started(tmp_path):
    busy = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.2: pass"]
    times = in_turns({"busy": lambda: run(busy, tmp_path, os.environ), "idle": lambda: None}, 1)
    assert times["busy"].processor[0] >= 0.2
    assert times["idle"].processor[0] < 0.1


def test_a_row_gives_the_median_and_the_spread():
    assert Times((1.0, 5.0, 2.0), (1.0, 1.0, 1.5)).row == "2.00 s (1.00 to 5.00, n=3) | 1.00 s (1.00 to 1.50, n=3)"


def test_a_program_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(BenchError, match=r"failed in .*\n.*no such thing"):
        run([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path, os.environ)


def test_a_section_replaces_only_its_earlier_self(tmp_path):
    document = tmp_path / "performance.md"
    for section, body in (("Plan", "old"), ("Synthesis", "stays"), ("Plan", "new \\1")):
        report.write(document, section, "make bench", body, 0.5)
    text = document.read_text()
    assert text.startswith("# Performance\n")
    assert text.index("## Plan\n\nnew \\1\n") < text.index("## Synthesis\n\nstays\n")
    assert "old" not in text
    assert "; load 0.5 before." in text
