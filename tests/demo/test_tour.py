import io
from pathlib import Path

import pytest

from demo.report import PlainReport
from demo.tour import NotSeenError, Tour, TourFailedError


@pytest.fixture
def stream():
    return io.StringIO()


@pytest.fixture
def tour(stream):
    return Tour(PlainReport(stream), [Path("/logs/cloud"), Path("/logs/terraform")])


def raising(error):
    def look(_):
        raise error

    return look


def test_a_tour_passes_if_every_hop_was_seen(tour, stream):
    assert not tour.passed
    tour.hop("one", lambda note: "seen")
    assert tour.passed
    tour.end()
    assert "1 of 1 hops seen" in stream.getvalue()


def test_a_hop_that_is_not_seen_ends_it_with_what_was_seen_and_where_to_look(tour, stream):
    tour.hop("one", lambda note: "fine")
    with pytest.raises(TourFailedError):
        tour.hop("two", raising(NotSeenError("no row", "one row")))
    assert not tour.passed
    lines = stream.getvalue().splitlines()
    assert lines[-5].startswith("  FAIL  two")
    assert [line.strip() for line in lines[-4:]] == [
        "seen:      no row",
        "expected:  one row",
        "logs:      /logs/cloud",
        "/logs/terraform",
    ]


def test_any_other_error_is_told_with_its_name(tour, stream):
    with pytest.raises(TourFailedError):
        tour.hop("one", raising(KeyError("event_id")))
    assert "error:     KeyError: 'event_id'" in stream.getvalue()


def test_an_interrupt_is_not_a_failed_hop(tour):
    with pytest.raises(KeyboardInterrupt):
        tour.hop("one", raising(KeyboardInterrupt()))
    assert tour.rows == []
