"""The token is the one that botocore makes."""

from __future__ import annotations

import datetime as dt

import botocore.session
import pytest
from botocore import auth
from transactions.token import LIFETIME_SECONDS, Credentials, generate

HOST = "4iabtw2fxqxqxqxqxqxqxqxqxq.dsql.us-east-2.on.aws"
MOMENT = dt.datetime(2026, 10, 1, 12, 34, 56, tzinfo=dt.UTC)


@pytest.mark.parametrize("session_token", [None, "IQoJb3JpZ2luX2VjE+/==&% ~ é"])
@pytest.mark.parametrize(
    ("role", "method"),
    [
        ("app", "generate_db_connect_auth_token"),
        ("admin", "generate_db_connect_admin_auth_token"),
    ],
)
def test_token_equals_botocores(monkeypatch, role, method, session_token):
    monkeypatch.setattr(auth, "get_current_datetime", lambda remove_tzinfo=True: MOMENT.replace(tzinfo=None))
    client = botocore.session.Session().create_client(
        "dsql",
        "us-east-2",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        aws_session_token=session_token,
    )
    expected = getattr(client, method)(HOST, "us-east-2", LIFETIME_SECONDS)
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", session_token)
    assert "20261001T123456Z" in expected
    assert generate(HOST, role, "us-east-2", credentials, MOMENT) == expected


def test_secrets_do_not_show():
    assert "secret" not in repr(Credentials("key", "secret-key", "secret-token"))
