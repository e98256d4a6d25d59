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


def test_a_deadline_can_be_put_off_and_drawn_nearer(deadline):
    assert deadline.later(0.5).left() == 29.5
    assert (deadline.within(5).left(), deadline.within(50).left()) == (5, 29)


def test_what_something_took_is_told_in_milliseconds(clock):
    clock.now += 1.23456
    assert milliseconds_since(5000.0) == 1234.6
