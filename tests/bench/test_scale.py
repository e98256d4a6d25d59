"""The model of a Region under load follows arithmetic where that is enough, and measurements where there are any."""

import re
from pathlib import Path

import pytest

from bench import scale
from bench.measure import BenchError
from bench.simulation import CONNECTION_BURST, ENVIRONMENTS, Times, backlog_age, ramp, relay_capacity, storm

DOCS = Path(__file__).parents[2] / "docs"
TIMES = Times(write=0.05, cold=0.5, read=0.01, put=0.02, delete=0.05)


def test_a_light_load_is_answered_warm_but_for_the_beginning():
    met = ramp(100, 30, TIMES)
    assert met.throttled == 0
    assert met.p50 == pytest.approx(TIMES.write)
    assert 100 * TIMES.write < met.environments < 100 * (TIMES.write + TIMES.cold) * 2


def test_what_exceeds_the_concurrency_is_refused():
    met = ramp(1000, 30, TIMES, environments=10)  # ten serve 200 a second
    assert met.throttled == pytest.approx(0.8, abs=0.03)
    assert met.environments == 10


def test_one_function_alone_cannot_outrun_the_connections():
    """Lambda starts as many environments of a function as DSQL takes connections: 1,000, then 100 a second."""
    slow = Times(write=5, cold=0.5, read=0, put=0, delete=0)
    met = ramp(3000, 10, slow, environments=10 * ENVIRONMENTS)
    assert met.environments > CONNECTION_BURST
    assert met.waited < 0.1


def test_a_relay_turns_a_hundred_events_over_in_ten_requests():
    assert relay_capacity(TIMES) == pytest.approx(100 / (0.01 + 10 * 0.02 + 0.05))
    assert relay_capacity(TIMES, 4) == pytest.approx(4 * relay_capacity(TIMES))


def test_a_backlog_grows_only_above_the_capacity():
    assert backlog_age(100, 200, 600) == 0
    assert backlog_age(400, 200, 600) == pytest.approx(300)


def test_more_accounts_mean_fewer_conflicts_and_one_client_meets_none():
    few, many = (storm(accounts, 8, 30, 0.01, pause=0.02) for accounts in (2, 200))
    assert few.conflicts > 5 * many.conflicts
    assert storm(2, 1, 30, 0.01, pause=0.02).conflicts == 0


def test_hot_accounts_of_the_document_are_those_of_the_model():
    page = (DOCS / "scale.md").read_text()
    rows = re.findall(r"^\| ([\d,]+) \| (\d+) \| ([\d,]+) \|$", page, re.MULTILINE)
    assert len(rows) == len(scale.RATES)
    for rate, clients, accounts in rows:
        assert int(clients) == int(rate.replace(",", "")) * scale.ASSUMED.write
        met = storm(int(accounts.replace(",", "")), int(clients), 30, scale.ASSUMED.write, pause=scale.PAUSE_SECONDS)
        assert met.conflicts == pytest.approx(1, abs=0.06), "find the number of accounts at which it is 1"
    given_up = re.search(r"with (\d+) transfers under way among (\d+) accounts, (\d+) % of them give up", page)
    clients, accounts, share = map(int, given_up.groups())
    met = storm(accounts, clients, 30, scale.ASSUMED.write, pause=scale.PAUSE_SECONDS)
    assert round(100 * (1 - met.succeeded)) == share


def test_the_model_is_within_its_bar_of_every_measured_storm():
    checked = scale._checked((DOCS / "performance.md").read_text())
    assert len(checked) == 3
    for measured, model in checked.values():
        assert 1 / scale.BAR <= model / measured <= scale.BAR


def test_tables_and_curves_of_the_document_are_those_of_the_model():
    cure = "run `make bench ARGS=scale` and commit the result"
    page = (DOCS / "scale.md").read_text()
    assert scale.written(page) == page, cure
    for name, picture in scale.pictures().items():
        assert (DOCS / "images" / name).read_text() == picture, cure


def test_a_page_without_a_place_for_the_tables_is_told():
    with pytest.raises(BenchError, match="no place for the tables"):
        scale.written("# Scale\n")
