"""The time that an invocation has, and how long something took, on a clock that is set by hand."""

from __future__ import annotations

import types

import pytest
from transactions.invocation import Deadline, milliseconds_since


@pytest.fixture
def clock(monkeypatch):
    clock = types.SimpleNamespace(now=5000.0)
    stopped = types.SimpleNamespace(monotonic=lambda: clock.now, perf_counter=lambda: clock.now)
    monkeypatch.setattr("transactions.invocation.time", stopped)
    return clock


@pytest.fixture
def deadline(clock):
    """Of an invocation that has 30 seconds."""
    return Deadline.of(types.SimpleNamespace(get_remaining_time_in_millis=lambda: 30_000))


def test_a_second_is_kept_back_for_the_answer(deadline, clock):
    assert deadline.left() == 29
    clock.now += 28.5
    assert deadline.left() == 0.5
    clock.now += 28.5
    assert deadline.left() == 0


@pytest.mark.parametrize(("milliseconds", "left"), [(30_000, 20), (10_000, 5), (1_000, 0.5)])
def test_a_short_invocation_keeps_half_of_its_time_for_work(clock, milliseconds, left):
    context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)
    assert Deadline.of(context, reserve=10).left() == left


def test_a_deadline_can_be_put_off_and_drawn_nearer(deadline):
    assert (deadline.at_least(30.5).left(), deadline.at_least(3).left()) == (30.5, 29)
    assert (deadline.within(5).left(), deadline.within(50).left()) == (5, 29)


def test_what_something_took_is_told_in_milliseconds(clock):
    clock.now += 1.23456
    assert milliseconds_since(5000.0) == 1234.6
