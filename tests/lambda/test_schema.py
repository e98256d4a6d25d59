"""Migrations without a database: the files' names, and how long another run and a job are waited for."""

from __future__ import annotations

import types

import pytest
from transactions import schema
from transactions.errors import MigrationError
from transactions.logs import Log


def test_another_run_is_given_time_to_note_what_it_did(monkeypatch):
    """The slower run looks again until the note is there, or its time for that is over."""
    looks = iter([{}, {}, {1: ("first", "")}])
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(schema.time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(schema.time, "sleep", lambda seconds: setattr(clock, "now", clock.now + seconds))
    one = schema.Schema(None, types.SimpleNamespace(left=lambda: 60.0), Log("ERROR"))
    monkeypatch.setattr(one, "_applied", lambda: next(looks))
    first = schema.Migration(1, "first", "", "")
    assert one._applied_by_another(first)
    assert clock.now == 101.0
    monkeypatch.setattr(one, "_applied", dict)
    assert not one._applied_by_another(first)
    assert clock.now == 104.5


def test_an_index_is_waited_for_as_long_as_there_is_time_for_another_look(monkeypatch):
    looks = iter([[("outbox_by_owner",)], []])
    slept = []
    monkeypatch.setattr(schema.time, "sleep", slept.append)
    one = schema.Schema(None, types.SimpleNamespace(left=lambda: 0.5), Log("ERROR"))
    monkeypatch.setattr(one, "_run", lambda *_: next(looks))
    one._wait_for_indexes("0003_index", job=None)
    assert slept == [0.5]


def test_a_job_that_fails_without_a_word_is_named(monkeypatch):
    one = schema.Schema(None, None, Log("ERROR"))
    monkeypatch.setattr(
        one, "_run", lambda _, statement, *__: [(False,)] if "wait_for" in statement.as_string() else []
    )
    with pytest.raises(MigrationError, match=r"^0003_index failed: job j7 did not succeed$"):
        one._wait_for_indexes("0003_index", job="j7")


@pytest.mark.parametrize("name", ["0003_gap.sql", "2_short.sql", "0002-dash.sql"])
def test_misnamed_file_is_refused(tmp_path, name):
    (tmp_path / "0001_first.sql").write_text("select 1")
    (tmp_path / name).write_text("select 1")
    with pytest.raises(MigrationError, match=f"must be named 0002_name.sql and so on, without a gap; got {name}"):
        schema.load(tmp_path)
