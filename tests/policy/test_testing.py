"""The helpers for test suites of others."""

import json

import pytest

from policy.testing import assert_kept, report, rules

from .twin import part, twin

BREAK, PASS = twin("DSQL001", "break"), twin("DSQL010", "pass")


def test_a_plan_that_keeps_the_rules_passes(twins):
    assert_kept(part(twins, PASS), strict=True)


def test_a_plan_that_breaks_one_fails_with_the_report(twins, tmp_path):
    (tmp_path / "plan.json").write_text(json.dumps(part(twins, BREAK)))
    with pytest.raises(AssertionError, match=r"DSQL001 error: .*\n.*rule: Each cluster is protected"):
        assert_kept(tmp_path / "plan.json")


def test_only_the_rules_that_are_asked_fail(twins):
    assert_kept(part(twins, BREAK), rules("DSQL002", "DSQL030"))
    assert [one.rule.id for one in report(part(twins, BREAK), rules("DSQL001")).findings] == ["DSQL001"]


def test_a_rule_that_is_not_there_is_an_error_with_the_cure():
    with pytest.raises(ValueError, match=r"no rule DSQL999; docs/policies\.md has them all"):
        rules("DSQL999")
