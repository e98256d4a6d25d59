"""Mappings of IAM roles to database roles, where somebody else changes them too, or what they are about is missing."""

from __future__ import annotations

import pytest
from psycopg import errors
from transactions import access

ARN = "arn:aws:iam::000000000000:role/"


@pytest.fixture
def admin(fresh_stage):
    database = fresh_stage.database("migrate")
    yield database
    database.close()


def test_a_mapping_that_another_run_took_away_at_the_same_moment_is_no_error(
    fresh_stage, invoke_on, admin, deadline, log, monkeypatch, lines
):
    invoke_on(fresh_stage, "migrate", {"roles": {"app": [f"{ARN}a"]}}, milliseconds=60_000)
    mapped, looks = access._mapped, []

    def look(*arguments):
        looks.append(mapped(*arguments))
        return looks[-1] | ({f"{ARN}gone"} if len(looks) == 1 else set())  # the first is from before the other run

    monkeypatch.setattr(access, "_mapped", look)
    lines()
    access.map_roles(admin, {"app": [f"{ARN}a"]}, deadline, log)
    assert looks == [{f"{ARN}a"}] * 2
    assert [(line["arn"], line["change"]) for line in lines()] == [(f"{ARN}gone", "revoked")]


def test_a_grant_to_a_role_that_is_not_there_is_an_error(admin, deadline, log):
    with pytest.raises(errors.UndefinedObject, match='role "app" does not exist'):
        access.map_roles(admin, {"app": [f"{ARN}a"]}, deadline, log)
