"""The Rego of the pair rules says what the Python says, on the same twins."""

import re
from pathlib import Path

import pytest
from regopy import Interpreter

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID

from .twin import TWINS, part

FILE = Path(__file__).parents[2] / "policy" / "rego" / "pair.rego"
RULES = ("DSQL012", "DSQL014", "DSQL015", "DSQL016", "DSQL017")
PAIRS = [one for one in TWINS if "DSQL010" <= one.rule < "DSQL020"]


def denied(document):
    rego = Interpreter()
    rego.add_module("pair", FILE.read_text())
    rego.set_input({name: document[name] for name in ("configuration", "resource_changes")})
    return set(re.findall(r"DSQL\d+", str(rego.query("data.main.deny"))))


@pytest.mark.parametrize("twin", PAIRS, ids=lambda one: one.name)
def test_rego_and_python_find_the_same(twins, twin):
    document = part(twins, twin)
    ours = {one.rule.id for one in evaluate(Plan(document), rules=[BY_ID[rule] for rule in RULES]).findings}
    assert denied(document) == ours


@pytest.mark.parametrize("name", ["complete", "minimal"])
def test_rego_finds_nothing_in_an_example(examples, name):
    assert denied(examples[name]) == set()


def test_the_twins_break_each_rule_that_rego_has():
    assert set(re.findall(r"DSQL\d+", FILE.read_text())) == set(RULES)
    assert set(RULES) <= {one.rule for one in PAIRS if one.expected}
