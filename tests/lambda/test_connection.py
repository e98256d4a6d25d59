"""How long a connection waits: to be made, for an answer, and for a server that is gone."""

from __future__ import annotations

import contextlib
import socket
import time
import types

import psycopg
import pytest
from psycopg import errors
from transactions.connection import connect, dead
from transactions.failures import SilenceError


@pytest.mark.parametrize(("left", "taken"), [(0.2, "2"), (2.9, "2"), (3, "3"), (4.9, "4"), (5, "5"), (60, "5")])
def test_a_connection_may_take_two_to_five_seconds_of_the_time_that_is_left(stage, left, taken):
    variables = stage.variables("migrate", "us-east-1")
    with connect(stage.settings("admin"), variables, application="test", seconds=left) as connection:
        assert connection.info.get_parameters()["connect_timeout"] == taken


def test_the_kernel_notices_a_server_that_is_gone(stage):
    names = ("TCP_USER_TIMEOUT", "TCP_KEEPIDLE", "TCP_KEEPINTVL")  # milliseconds, seconds, seconds
    with stage.sql() as connection, socket.socket(fileno=socket.dup(connection.fileno())) as wire:
        found = [wire.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
    assert found == [10_000, 30, 5]


def test_no_answer_is_waited_for_after_its_time(stage, monkeypatch):
    with stage.sql() as connection, waits(monkeypatch) as waited:
        with pytest.raises(SilenceError, match="no answer in time"), connection.answering_until(time.monotonic() - 5):
            connection.execute("select 1")
        assert (waited, connection.closed) == ([0], True)


def test_a_limit_of_psycopgs_own_is_left_as_it_is(stage, monkeypatch):
    with stage.sql() as connection, waits(monkeypatch) as waited:
        with pytest.raises(errors._WaitTimeout), connection.answering_until(time.monotonic() + 60):
            connection.wait(iter(()), timeout=0.5)
        assert (waited, connection.closed) == ([0.5], False)


@contextlib.contextmanager
def waits(monkeypatch):
    """Let no answer come: how long psycopg was told to wait for each."""
    waited = []

    def wait(self, gen, interval, timeout):
        waited.append(timeout)
        raise errors._WaitTimeout

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "wait", wait)
        yield waited


def test_a_connection_that_the_server_ended_is_dead_and_an_idle_one_is_not():
    ours, theirs = socket.socketpair()
    connection = types.SimpleNamespace(closed=False, fileno=ours.fileno)
    assert not dead(connection)
    theirs.shutdown(socket.SHUT_WR)
    assert dead(connection)
    assert dead(types.SimpleNamespace(closed=True))
    ours.close()
    theirs.close()
