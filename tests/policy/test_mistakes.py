"""No finding on the examples; and each of the most plausible mistakes is found by the rule meant for it."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan

from .mistakes import ALL, Edited


def rules(document):
    return sorted({one.rule.id for one in evaluate(Plan(document)).findings})


@pytest.mark.parametrize("example", ["complete", "complete-provider", "minimal"])
def test_the_examples_break_no_rule(examples, example):
    """The other examples are asked where they are planned, in tests/modules/test_examples.py."""
    assert rules(examples[example]) == []


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.rule}-{one.name}".replace(" ", "-"))
def test_a_mistake_is_found_by_the_rule_meant_for_it_and_no_other(examples, one):
    edited = Edited(examples["complete" if one.linked == "aws-cli" else "complete-provider"])
    one.make(edited)
    assert rules(edited.document) == sorted({one.rule, *one.also})


def test_there_are_sixty_mistakes():
    assert len({one.name for one in ALL}) == len(ALL) >= 60
    assert len([one for one in ALL if not one.also]) >= 60
