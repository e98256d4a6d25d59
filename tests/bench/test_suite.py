"""The suite's time is what a whole run of the tests wrote down, and nothing else."""

import re
import subprocess
import sys

import pytest

from bench import suite
from bench.measure import BenchError

TESTS = """
import time, pytest
def test_slow(): time.sleep(0.2)
def test_quick(): pass
"""


def ran(tmp_path, tests):
    (tmp_path / "test_it.py").write_text(tests)
    file = tmp_path / "suite.xml"
    pytest_ = [sys.executable, "-m", "pytest", "-p", "no:schemathesis", "--rootdir=.", "-c", "/dev/null"]
    subprocess.run([*pytest_, f"--junit-xml={file}", "test_it.py"], cwd=tmp_path, capture_output=True, check=False)
    return file


def test_the_slowest_test_comes_first(tmp_path):
    said, seconds = suite.told(ran(tmp_path, TESTS))
    assert re.match(r"2 tests in 0 min \d s; at most 15 minutes", said), said
    assert [line.split("` ")[1] for line in said.splitlines()[-2:]] == ["test_slow |", "test_quick |"]
    assert 0.2 <= seconds < 10


def test_a_run_that_did_not_pass_says_nothing_about_time(tmp_path):
    with pytest.raises(BenchError, match="not all tests passed"):
        suite.told(ran(tmp_path, "def test_wrong(): assert 1 == 2"))


def test_without_a_whole_run_the_cure_is_told(tmp_path):
    with pytest.raises(BenchError, match="run `make test`"):
        suite.told(tmp_path / "suite.xml")
