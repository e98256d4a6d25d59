"""Every input that changes a plan: what the plan then says, from `inventory/`."""

import pytest

from .inventory import actual, cases, wanted

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_a_call_plans_what_the_inventory_says(planned, name):
    case = CASES[name]
    assert actual(case, planned.resources(case)) == wanted(case), f"see it with: make inventory CASE={name}"
