"""Each rule by its twins: the one that keeps it, and the one that breaks it, resource by resource."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import ALL, BY_ID

from . import mistakes
from .changed import ALLOWED, CHANGES
from .twin import TWINS, part, plan_of


def said(plan, rule):
    """Addresses that a rule names, and what it could not tell."""
    outcomes = evaluate(plan, rules=[BY_ID[rule]]).outcomes
    told = sorted({one.finding.address for one in outcomes if not one.finding.unknown})
    return told, [one.finding for one in outcomes if one.finding.unknown]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.rule}-{twin.file.stem}")
def test_a_rule_names_what_breaks_it_and_nothing_else(twins, twin):
    told, _ = said(plan_of(twins, twin), twin.rule)
    assert told == twin.expected


@pytest.mark.parametrize("twin", [one for one in TWINS if one.file.stem.startswith("pass")], ids=lambda one: one.rule)
def test_what_keeps_a_rule_is_known_at_plan(twins, twin):
    _, open_questions = said(plan_of(twins, twin), twin.rule)
    assert not open_questions


@pytest.mark.parametrize("name", CHANGES)
def test_a_rule_names_what_a_later_plan_would_change(twins, name):
    change = CHANGES[name]
    twin = next(one for one in TWINS if change.twin == f"{one.rule}/{one.file.stem}")
    before = said(plan_of(twins, twin), change.rule)
    after = said(Plan(change.apply(part(twins, twin))), change.rule)
    assert (before[0], after[0]) == ([], [f"module.{twin.name}.{change.expected}"])


@pytest.mark.parametrize("name", ALLOWED)
def test_a_rule_names_nothing_that_a_later_plan_may_change(twins, name):
    change = ALLOWED[name]
    twin = next(one for one in TWINS if change.twin == f"{one.rule}/{one.file.stem}")
    assert said(Plan(change.apply(part(twins, twin))), change.rule) == ([], [])


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_has_twins(rule):
    """Without both it is only believed; examples/complete, with and without a mistake, are twins too."""
    stems = {one.file.stem for one in TWINS if one.rule == rule.id}
    changed = {change.rule for change in CHANGES.values()} | {one.rule for one in mistakes.ALL} | {"DSQL103"}
    assert rule.id in changed or ("pass" in stems and "break" in stems), f"write tests/policy/twins/{rule.id}/"


@pytest.mark.parametrize("arguments", ["-parallelism=1", "-input=false -parallelism 1"])
def test_a_serial_apply_of_a_pair_is_told_by_its_environment(twins, arguments):
    twin = next(one for one in TWINS if one.rule == "DSQL015" and one.file.stem == "pass")
    serial = Plan(part(twins, twin), environment={"TF_CLI_ARGS_apply": arguments})
    parallel = Plan(part(twins, twin), environment={"TF_CLI_ARGS_apply": "-parallelism=10"})
    assert (said(serial, "DSQL103")[0], said(parallel, "DSQL103")[0]) == (["root"], [])


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_says_what_holds_why_and_what_to_do(rule):
    for text in (rule.sentence, rule.reason, rule.cure):
        assert text.endswith((".", ". ")), f"{rule.id}: one or more full sentences, got {text!r}"
    assert rule.link.startswith(
        ("https://docs.aws.amazon.com/", "https://developer.hashicorp.com/", "https://registry")
    )
