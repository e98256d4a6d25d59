"""Each rule by its twins: the one that keeps it, and the one that breaks it, resource by resource."""

import pytest

from policy.evaluate import evaluate
from policy.rules import ALL, BY_ID

from .twin import TWINS, plan_of


def said(plan, rule):
    """Addresses that a rule names, and what it could not tell."""
    outcomes = evaluate(plan, rules=[BY_ID[rule]]).outcomes
    told = sorted({one.finding.address for one in outcomes if not one.finding.unknown})
    return told, [one.finding for one in outcomes if one.finding.unknown]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.rule}-{twin.file.stem}")
def test_a_rule_names_what_breaks_it_and_nothing_else(twins, twin):
    told, _ = said(plan_of(twins, twin), twin.rule)
    assert told == twin.expected


@pytest.mark.parametrize(
    "twin", [one for one in TWINS if one.file.stem.startswith("pass")], ids=lambda one: f"{one.rule}-{one.file.stem}"
)
def test_what_keeps_a_rule_is_known_at_plan(twins, twin):
    _, open_questions = said(plan_of(twins, twin), twin.rule)
    assert not open_questions


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_has_twins_that_keep_and_break_it(rule):
    """Without both it is only believed."""
    told = {one.file.stem: bool(one.expected) for one in TWINS if one.rule == rule.id}
    missing = {"pass", "break"} - told.keys()
    assert not missing, f"write tests/policy/twins/{rule.id}/{min(missing)}.tf"
    breaking = {stem: stem.startswith("break") for stem in told}
    assert told == breaking, f"{rule.id}: only a twin called break begins with `# expect:`"


def test_each_twin_is_of_a_rule():
    assert {one.rule for one in TWINS} == BY_ID.keys()


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_says_what_holds_why_and_what_to_do(rule):
    for text in (rule.sentence, rule.reason, rule.cure):
        assert text.endswith((".", ". ")), f"{rule.id}: one or more full sentences, got {text!r}"
    assert rule.link.startswith(
        ("https://docs.aws.amazon.com/", "https://developer.hashicorp.com/", "https://registry")
    )
