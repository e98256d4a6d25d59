"""The bars of the data plane: what is compared, and that docs/performance.md says whether they are held."""

import re
from pathlib import Path

from bench import contents, imports, relay, writes
from bench.__main__ import SECTIONS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "performance.md").read_text()


def test_each_section_is_in_the_document_with_its_command():
    """Those of minutes and hours may be missing until a quiet machine has measured them."""
    commands = set(re.findall(r"^`make bench ARGS=(\w+)`", DOCUMENT, re.MULTILINE))
    assert commands <= set(SECTIONS)
    assert set(SECTIONS) - commands <= {"apply", "growth", "suite"}, "run: make bench ARGS=<the missing one>"


def test_the_head_names_every_section_with_the_bar_of_the_code():
    assert contents.renewed(DOCUMENT) == DOCUMENT, (
        "run any section, such as `make bench ARGS=scale`, and commit the result"
    )
    headings = re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE)
    assert set(headings) <= {section for section, _, _ in contents.SECTIONS}


def test_bars_of_the_document_are_those_of_the_code_and_held():
    of_lean, most, of_naive, least = re.search(
        r"takes ([\d.]+) times the lean stack \(at most ([\d.]+) is allowed\); the naive stack takes ([\d.]+) times "
        r"the transactions function \(at least ([\d.]+)\)",
        DOCUMENT,
    ).groups()
    assert (float(most), float(least)) == (imports.MOST_OF_LEAN, imports.LEAST_OF_NAIVE)
    assert float(of_lean) <= imports.MOST_OF_LEAN
    assert float(of_naive) >= imports.LEAST_OF_NAIVE
    size, most = re.search(r"arm64 has ([\d.]+) MB \(at most ([\d.]+)\)", DOCUMENT).groups()
    assert float(size) <= float(most) == imports.MOST_MEGABYTES
    *shares, bar = re.search(r"are ([\d.]+) at 0 ms and ([\d.]+) at 2 ms .* at least ([\d.]+) is", DOCUMENT).groups()
    assert min(map(float, shares)) >= float(bar) == writes.BAR


def test_share_of_the_bare_loop_is_that_of_writes_per_second():
    assert writes._ratio({"bare": [1.0, 1.0], "function": [2.0, 2.0]}) == 0.5


def test_success_counts_every_transfer():
    assert relay._success({"outcomes": {"succeeded": 3, "ContentionError": 1}, "milliseconds": [1.0] * 4}) == 0.75
