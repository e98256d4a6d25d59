"""The database's tools without a database: what is asked of libpq, and what keeps a caller out."""

import io
import os
import signal

import psycopg
import pytest

from ops import migrations, shell
from ops.aws import Aws
from ops.deployment import Side
from ops.login import LoginError, connect, login

SIDE = Side(
    *("primary", "us-east-1", "abc", "arn", "abc.dsql.us-east-1.on.aws"),
    *({}, "bus", "arn", "forward", "receive", {}),
)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
EMBEDDED = {**KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
OTHERS = {"PGSERVICE": "mine", "PGOPTIONS": "-c search_path=mine", "PGPORT": "6543", "PGHOSTADDR": "127.0.0.1"}


@pytest.mark.parametrize(("role", "action"), [("readonly", "DbConnect"), ("admin", "DbConnectAdmin")])
def test_the_password_is_a_token_for_the_role_and_tls_is_checked(role, action):
    variables = login(Aws(KEYS), SIDE, role, {})
    assert f"Action={action}&" in variables["PGPASSWORD"]
    assert variables["PGPASSWORD"].startswith("abc.dsql.us-east-1.on.aws/?")
    assert (variables["PGUSER"], variables["PGSSLMODE"]) == (role, "verify-full")
    assert variables["PGSSLROOTCERT"].endswith("cacert.pem")


@pytest.mark.parametrize(("role", "cure"), [("readonly", "`readonly_role_arns`"), ("admin", "dsql:DbConnectAdmin")])
def test_who_is_kept_out_is_told_what_helps(role, cure, monkeypatch):
    def refuse(**_):
        raise psycopg.OperationalError('connection to server at "a" failed: FATAL:  unable to accept, access denied\n')

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(LoginError, match=f"does not let {role} in: .*access denied; your IAM identity needs .*{cure}"):
        connect(login(Aws(KEYS), SIDE, role, {}))


def test_a_cluster_that_is_not_reached_is_no_matter_of_iam():
    variables = login(Aws(EMBEDDED), SIDE, "readonly", {"PGHOSTADDR": "127.0.0.1", "PGPORT": "9"})
    with pytest.raises(LoginError, match=r"in: connection failed: .*Connection refused; is the cluster ACTIVE"):
        connect(variables)


def test_what_the_shell_has_for_other_databases_does_not_lead_there():
    variables = login(Aws(KEYS), SIDE, "readonly", {**OTHERS, "HOME": "/home/me", "PSQL_PAGER": "less"})
    assert variables["HOME"], variables["PSQL_PAGER"]
    assert not variables.keys() & OTHERS.keys()
    embedded = login(Aws(EMBEDDED), SIDE, "readonly", OTHERS)
    assert {name: embedded.get(name) for name in OTHERS} == {**OTHERS, "PGSERVICE": None, "PGOPTIONS": None}


def test_libpq_hears_of_nothing_but_what_it_is_given(monkeypatch):
    monkeypatch.setenv("PGSERVICE", "mine")
    with pytest.raises(LoginError, match=r"connection failed: .*Connection refused"):
        connect(login(Aws(EMBEDDED), SIDE, "readonly", {"PGHOSTADDR": "127.0.0.1", "PGPORT": "9"}))
    assert os.environ["PGSERVICE"] == "mine"


def test_statements_end_with_a_semicolon_or_with_the_input():
    lines = io.StringIO("select\n 1;\nselect 2; \nselect 3")
    assert list(shell.statements(lines)) == ["select\n 1;", "select 2;", "select 3"]


def test_ctrl_c_is_for_psql_to_cancel_a_statement(tmp_path):
    psql = tmp_path / "psql"
    psql.write_text("#!/bin/sh\nkill -INT $PPID\nsleep 0.2\nexit 3\n")
    psql.chmod(0o755)
    before = signal.getsignal(signal.SIGINT)
    assert shell._psql(str(psql), {"PATH": os.environ["PATH"]}, None) == 3
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("applied", "checksum", "state"),
    [(None, "a", "missing"), ("a", "a", "applied"), ("a", "b", "changed"), ("a", None, "unknown")],
)
def test_state_of_a_migration(applied, checksum, state):
    import datetime as dt

    moment = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    found = migrations._status("0001_x", applied and (applied, moment), checksum)
    assert (found.state, found.when) == (state, "2026-11-01T00:00:00+0000" if applied else "")
