"""Every input that changes a plan: what the plan then says, from `inventory/`."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan

from .inventory import actual, cases, wanted

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_a_call_plans_what_the_inventory_says(planned, name):
    case = CASES[name]
    assert actual(case, planned.resources(case)) == wanted(case), f"see it with: make inventory CASE={name}"


# What a case gives on purpose: a cluster without protection, a function that is switched off.
MEANT = {("DSQL001", "database_unprotected"), ("DSQL073", "application_functions")}


def test_no_input_makes_a_plan_that_our_own_rules_refuse(planned):
    """Many applications in one root, in several Regions; all have one name here, so that their roles have."""
    found = evaluate(Plan(dict(planned.plan))).findings
    said = {(one.rule.id, one.finding.address.split(".")[1].partition("[")[0]) for one in found}
    assert {one for one in said if one[0] != "DSQL047"} == MEANT
