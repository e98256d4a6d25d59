"""What an error of the database means: by its SQLSTATE, by libpq's own words, and by whether the connection is gone."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from transactions.failures import ConnectError, Failure, SilenceError, classify

STATES = {
    "40001": Failure.CONFLICT,
    "XX000": Failure.SERVER,
    "57P01": Failure.LOST,
    "08006": Failure.LOST,
    "53300": Failure.CROWDED,
    "53400": Failure.CROWDED,
    **dict.fromkeys(("3F000", "42P01", "42703", "42501"), Failure.BEHIND),
    **dict.fromkeys(("54000", "53200", "57014", "0A000", "22P02", "23505", "23514", "25P02"), Failure.FINAL),
}


@pytest.mark.parametrize("lost", [True, False])
@pytest.mark.parametrize(("state", "failure"), STATES.items())
def test_sqlstate_decides_not_the_class(state, failure, lost):
    error = errors.lookup(state)("text") if state != "08006" else errors.ConnectionFailure("text")
    assert classify(error, lost=lost) is failure


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        ("FATAL: unable to accept connection, access denied HINT: Signature expired", Failure.EXPIRED),
        ("FATAL: unable to accept connection, access denied", Failure.REFUSED),
        ("FATAL: too many connections", Failure.CROWDED),
        ("FATAL: connection rate exceeded", Failure.CROWDED),
        ("FATAL: unable to accept connection, waking up cluster, please retry later", Failure.CROWDED),
        ("connection refused", Failure.UNREACHABLE),
        ("connection timeout expired", Failure.UNREACHABLE),
        ("SSL error: certificate verify failed", Failure.REFUSED),
        ("SSL error: certificate has expired", Failure.UNREACHABLE),
    ],
)
def test_failed_connect_is_told_by_its_words(words, failure):
    assert classify(ConnectError(words), lost=True) is failure


@pytest.mark.parametrize(("lost", "failure"), [(True, Failure.LOST), (False, Failure.FINAL)])
def test_an_error_without_a_state_is_a_lost_connection_if_it_is_gone(lost, failure):
    assert classify(psycopg.OperationalError("consuming input failed: SSL SYSCALL error"), lost=lost) is failure


@pytest.mark.parametrize("lost", [True, False])
def test_silence_is_told_from_a_lost_connection(lost):
    assert classify(SilenceError("no answer"), lost=lost) is Failure.SILENT
