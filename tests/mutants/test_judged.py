"""What was judged is what is there: `make mutants` ran after the last change of code; each survivor has a reason."""

import pytest

from . import judged
from .targets import TARGETS, files


@pytest.mark.parametrize("name", TARGETS)
def test_the_code_is_the_one_that_was_judged(name):
    stale = judged.stale(TARGETS[name], judged.read())
    assert not stale, f'judge what changed, and commit what it writes: make mutants ARGS="{" ".join(stale)}"'


def test_what_was_judged_is_still_there():
    known = {file for target in TARGETS.values() for file in files(target)}
    assert judged.read().keys() <= known, "take out what is gone: make mutants"


def test_every_survivor_has_its_reason():
    left = judged.without_reason(judged.read())
    assert not left, (
        f'{", ".join(left)}: let a test notice, then make mutants ARGS="{" ".join(left)}"; or write `why` into '
        "tests/mutants/judged.yaml, then make mutants"
    )


def test_the_page_tells_what_was_judged():
    assert judged.DOCUMENT.read_text() == judged.page(judged.read()), "write it anew: make mutants"


CODE = '''
def waits(seconds):
    """Whether to wait."""
    return f"{seconds:>{9}.1f}" if seconds > 0 else None
'''


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("    return", "    # a comment\n\n    return"),
        CODE.replace("Whether to wait.", "Whether\n\n    to wait."),
        CODE.replace("seconds > 0 else", "seconds>(0) else"),
        f"'''A module.'''\n{CODE}",
    ],
)
def test_what_is_no_code_asks_for_nothing(other):
    assert judged.digest(other) == judged.digest(CODE)


@pytest.mark.parametrize(
    ("part", "other"), [("> 0", ">= 0"), ("> 0", "> False"), ("None", "0"), (".1f", ".2f"), ("> 0", "> ''")]
)
def test_other_code_is_judged_anew(part, other):
    assert judged.digest(CODE.replace(part, other)) != judged.digest(CODE)


def test_every_python_sees_the_same_code():
    assert judged.digest(CODE) == "4f88991a242f"
