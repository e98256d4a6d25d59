"""The SARIF report, held against the published schema of SARIF 2.1.0."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from policy.evaluate import evaluate
from policy.excuses import Excuse
from policy.formats import sarif
from policy.plan import Plan
from policy.rules import ALL

from .twin import TWINS, plan_of

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA)


def wrong(log):
    """What the schema says against a log: place and words of each error."""
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in VALIDATOR.iter_errors(log)]


@pytest.fixture(scope="module")
def log(twins, examples):
    """Every twin that breaks a rule, one of them excepted; what is unknown in `complete`; a plan without a finding."""
    excuse = Excuse("DSQL001", "*", "a test", date(2099, 1, 31))
    plans = [*(plan_of(twins, twin) for twin in TWINS), Plan(examples["complete"], "a folder/complete.json")]
    return json.loads(sarif.render([evaluate(plan, [excuse]) for plan in plans]))


def test_a_report_is_what_the_schema_allows(log):
    assert wrong(log) == []
    assert wrong(json.loads(sarif.render([]))) == []


def test_the_report_that_is_checked_has_all_there_can_be(log):
    results = log["runs"][0]["results"]
    assert {one["kind"] for one in results} == {"fail", "open"}
    assert {one["level"] for one in results} >= {"error", "warning", "note", "none"}
    assert any("suppressions" in one for one in results)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(ALL)


@pytest.mark.parametrize(
    ("place", "value"),
    [(("results", 0, "level"), "fatal"), (("results", 0, "message"), {}), (("tool", "driver"), {}), (("extra",), 1)],
    ids=lambda value: str(value),
)
def test_the_schema_notices_a_mistake(log, place, value):
    changed = json.loads(json.dumps(log))
    inner = changed["runs"][0]
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert wrong(changed)
