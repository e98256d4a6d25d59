"""The model of a Region under load follows arithmetic where that is enough, and measurements where there are any."""

import re
import statistics
from itertools import pairwise
from pathlib import Path

import pytest
import relay
from transactions import drain, outbox, publisher

from bench import checks, scale
from bench.backlog import RUN_SECONDS, SHARDS, begun, emptied, relay_capacity, steady
from bench.checks import Check
from bench.measure import BenchError
from bench.simulation import CONNECTION_BURST, ENTRIES, ENVIRONMENTS, READ_AT_ONCE, Times, ramp, random_arrivals, storm
from infra.function_inputs import FUNCTION_SIZES

DOCS = Path(__file__).parents[2] / "docs"
TIMES = Times(write=0.05, cold=0.5, read=0.01, put=0.02, delete=0.05)


def test_a_light_load_is_answered_warm_but_for_the_beginning():
    met = ramp(random_arrivals(100, 30), TIMES)
    assert met.throttled == 0
    assert statistics.median(met.answers) == pytest.approx(TIMES.write)
    assert 100 * TIMES.write < met.environments < 100 * (TIMES.write + TIMES.cold) * 2


def test_what_exceeds_the_concurrency_is_refused():
    met = ramp(random_arrivals(1000, 30), TIMES, environments=10)  # ten serve 200 a second
    assert met.throttled / (met.throttled + len(met.answers)) == pytest.approx(0.8, abs=0.03)
    assert met.environments == 10


def test_one_function_alone_cannot_outrun_the_connections():
    """Lambda starts as many environments of a function as DSQL takes connections: 1,000, then 100 a second."""
    slow = Times(write=5, cold=0.5, read=0, put=0, delete=0)
    met = ramp(random_arrivals(3000, 10), slow, environments=10 * ENVIRONMENTS)
    assert met.environments > CONNECTION_BURST
    assert met.waited < 0.1


def test_a_relay_moves_a_hundred_events_with_one_look_ten_requests_and_one_delete():
    assert relay_capacity(TIMES) == pytest.approx(100 / (0.01 + 10 * 0.02 + 0.05))


def test_what_a_relay_works_with_is_what_the_code_says():
    assert (SHARDS, READ_AT_ONCE, ENTRIES) == (outbox.SHARDS, drain._READ_AT_ONCE, publisher.MOST_ENTRIES)
    assert FUNCTION_SIZES["relay"]["timeout"] - relay.RESERVE_SECONDS == RUN_SECONDS


def test_a_full_outbox_is_emptied_at_the_relays_capacity():
    found = emptied([[0.0] * 1000 for _ in range(SHARDS)], TIMES, 600, starts=iter([3]))
    assert (len(found.delays), found.oldest) == (16000, 0)
    assert found.ended == pytest.approx(16000 / relay_capacity(TIMES), rel=0.02)


def test_a_lone_event_waits_for_the_lease_the_looks_and_a_request():
    lease = TIMES.read + TIMES.delete
    for start, looks in ((1, 1), (2, 2)):
        found = emptied([[], [5.0], []], TIMES, 600, starts=iter([start]))
        assert found.delays == pytest.approx([lease + looks * TIMES.read + TIMES.put])


def test_a_backlog_grows_only_above_the_capacity():
    capacity = relay_capacity(TIMES)
    assert emptied(steady(capacity * 0.9), TIMES, 600, starts=begun(SHARDS, 1)).oldest < 1
    late = emptied(steady(capacity * 2), TIMES, 600, starts=begun(SHARDS, 1))
    assert len(late.delays) == pytest.approx(600 * capacity, rel=0.03)
    assert late.oldest == pytest.approx(300, rel=0.1)


def test_a_shard_that_is_full_does_not_keep_the_others_waiting():
    delays = emptied([[0.0] * 5000, [0.5]], TIMES, 600, starts=iter([0])).delays
    lone = next(number for number, (last, this) in enumerate(pairwise(delays), 1) if this < last)
    assert lone < 1000


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


def test_a_relay_below_its_capacity_keeps_no_event_waiting():
    capacity = re.search(r"That makes (\d+) events a\nsecond", (DOCS / "scale.md").read_text())
    assert int(capacity[1]) == round(relay_capacity(scale.ASSUMED))
    for seed in (1, 2, 3):
        found = emptied(steady(300), scale.ASSUMED, 600, starts=begun(SHARDS, seed))
        assert statistics.quantiles(found.delays, n=100)[-1] < 1


def test_the_models_are_within_their_bar_of_everything_that_was_measured():
    _, _, page = (DOCS / "performance.md").read_text().partition("\n## Model of a Region under load\n")
    page, _, _ = page.partition("\n## ")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([\d.]+)(?: \w+)? \| ([\d.]+)(?: \w+)? \|$", page, re.MULTILINE)
    found = [Check(load, what, float(measured), float(model)) for load, what, measured, model in rows]
    compared = {check.what for check in found}
    assert {"delay of an event, p99", "callers that found one warm", "conflicts per transfer"} <= compared
    assert len(found) == 3 + 3 * len(checks.EVENTS) + 3 * len(checks.CALLS)
    assert [check for check in found if not check.within(scale.BAR)] == []


@pytest.mark.parametrize(
    ("measured", "model", "held"), [(10, 20, True), (10, 5, True), (10, 21, False), (10, 4, False), (0, 0, True)]
)
def test_a_model_is_within_a_factor_either_way(measured, model, held):
    assert Check("load", "what", measured, model).within(2) is held
    assert not Check("load", "what", 0, 1).within(2)


def test_a_count_has_no_decimals_and_a_time_has_its_unit():
    assert Check("load", "calls", 12, 11).row == "| load | calls | 12 | 11 |"
    assert Check("load", "delay", 1.234, 1, "s").row == "| load | delay | 1.23 s | 1.00 s |"


def test_tables_and_curves_of_the_document_are_those_of_the_model():
    cure = "run `make bench ARGS=scale` and commit the result"
    page = (DOCS / "scale.md").read_text()
    assert scale.written(page) == page, cure
    for name, picture in scale.pictures().items():
        assert (DOCS / "images" / name).read_text() == picture, cure


def test_a_page_without_a_place_for_the_tables_is_told():
    with pytest.raises(BenchError, match="no place for the tables"):
        scale.written("# Scale\n")
