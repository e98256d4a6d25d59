"""A number that one document measured or priced is the same in every document that quotes it."""

import re

import pytest

from .markdown import REPOSITORY


def text(name):
    return (REPOSITORY / name).read_text()


def found(name, pattern):
    """What the document says where the pattern looks; a document that no longer says it is a failure too."""
    match = re.search(pattern, text(name), re.DOTALL)
    assert match, f"{name} no longer says /{pattern}/: look at what quotes it"
    return match[1].replace("\n", " ")


def price(option, column):
    """A cell of docs/cost.md's table: 1 idle, 2 with traffic, 3 each million."""
    return float(found("docs/cost.md", rf"\| {re.escape(option)} \|([^\n]*)\|").split("|")[column - 1])


SMALLEST = "the smallest call"
QUOTED = {
    "plan beside the same three providers": (
        found("docs/performance.md", r"ours takes ([\d.]+\d) times as long on the clock"),
        [("README.md", r"\[([\d.]+) with the same three"), ("docs/decisions/0012-regions.md", r"takes ([\d.]+) times")],
    ),
    "plan beside a root without the witness's provider": (
        found("docs/performance.md", r"\(the third row\) ours takes ([\d.]+\d) times"),
        [
            ("README.md", r"three providers, ([\d.]+)\]"),
            ("docs/decisions/0012-regions.md", r"providers, and ([\d.]+) times"),
        ],
    ),
    "plan of public modules": (
        found("docs/performance.md", r"\(terraform-aws-modules\) took ([\d.]+) times"),
        [("README.md", r"functions and events ([\d.]+\d), recorded")],
    ),
    "the smallest call, idle": (f"{price(SMALLEST, 1):.2f}", [("README.md", r"costs ([\d.]+) USD a month when idle")]),
    "a million writes": (
        f"{price(SMALLEST, 3):.2f}",
        [
            ("README.md", r"([\d.]+) USD for each million writes"),
            ("docs/scale.md", r"a million writes at ([\d.]+) USD"),
        ],
    ),
    "health checks": (
        f"{price('with `api.domain`', 1) - price(SMALLEST, 1):.2f}",
        [("README.md", r"DNS name\s+\(([\d.]+) USD")],
    ),
    "monitoring": (
        f"{price('with `monitoring`', 1) - price(SMALLEST, 1):.2f}",
        [("README.md", r"monitoring \(([\d.]+) USD")],
    ),
    "keys of the buses": (
        f"{price('with `service_encryption`', 3) - price(SMALLEST, 3):.0f}",
        [("README.md", r"event buses \(([\d.]+) USD")],
    ),
    "hops of the demo": (
        found("docs/images/demo.svg", r">(\d+)&#160;of&#160;\d+&#160;hops&#160;seen"),
        [("README.md", r"shows: (\d+) hops")],
    ),
    "resources of the smallest call": (
        found("docs/performance.md", r"bench/handwritten`, (\d+) resources"),
        [
            ("examples/minimal/README.md", r"(\d+) resources"),
            ("docs/images/minimal.svg", r"module.application: (\d+) resources"),
        ],
    ),
    "import of the transactions function": (
        found("docs/performance.md", r"\| `api` \| (\d+) ms"),
        [("docs/scale.md", r"(\d+) ms of processor")],
    ),
}


@pytest.mark.parametrize("number", QUOTED)
def test_a_number_is_the_same_wherever_it_is_quoted(number):
    value, places = QUOTED[number]
    said = {name: found(name, pattern) for name, pattern in places}
    assert said == dict.fromkeys(said, value), f"write {value} there"


def test_a_failover_takes_what_its_steps_add_up_to():
    """docs/api.md: interval x threshold, an interval until the first check, 6 s without an answer, a TTL of 60 s."""
    page = text("docs/api.md")
    columns = re.findall(r"`interval = (\d+)`, `failure_threshold = (\d+)`", page)
    totals = re.search(r"after\*\* \| \*\*at most (\d+) s\*\* \| \*\*at most (\d+) s\*\*", page).groups()
    quick = re.search(r"`failure_threshold = (\d+)` with `interval = (\d+)` makes it (\d+) s", page)
    said = [*zip(columns, totals, strict=True), ((quick[2], quick[1]), quick[3])]
    assert len(said) == 3
    for (interval, threshold), total in said:
        assert int(total) == int(interval) * (int(threshold) + 1) + 6 + 60
