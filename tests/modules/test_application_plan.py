"""modules/application: what holds of the whole plan, beyond single values."""

import json

import pytest

from . import planning
from .inventory import Case

SMALLEST = Case("application/smallest")
SIDES = {"primary": "us-east-1", "secondary": "us-east-2"}


@pytest.fixture(scope="module")
def resources(planned):
    return planned.resources(SMALLEST)


def statements(resources, address):
    return json.loads(resources[address]["policy"])["Statement"]


def test_functions_are_named_by_function_and_role_of_the_region(resources):
    names = {
        found["function_name"] for address, found in resources.items() if address.startswith("aws_lambda_function.")
    }
    assert names == {
        f"orders-{function}-{side}" for function in ("consumer", "migrate", "relay", "transactions") for side in SIDES
    }


def test_no_two_roles_share_a_name(resources):
    names = [found["name"] for address, found in resources.items() if address.startswith("aws_iam_role.")]
    assert len(names) == len(set(names)) == 12


def test_policies_are_known_at_plan_time_but_for_the_cluster(resources):
    unknown = sorted(
        address
        for address, found in resources.items()
        if address.startswith("aws_iam_role_policy.") and "policy" not in found
    )
    assert unknown
    assert all(address.startswith("aws_iam_role_policy.database_") for address in unknown), unknown
    relay = statements(resources, 'aws_iam_role_policy.work_primary["relay"]')
    assert {statement["Resource"] for statement in relay if statement["Action"] == "events:PutEvents"} == {
        f"arn:aws:events:us-east-1:{planning.ACCOUNT}:event-bus/orders"
    }


@pytest.mark.parametrize("side", SIDES)
def test_the_transactions_function_may_not_publish_or_administer(resources, side):
    actions = set()
    for statement in statements(resources, f'aws_iam_role_policy.work_{side}["transactions"]'):
        actions |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    assert actions == {"logs:CreateLogStream", "logs:PutLogEvents", "lambda:InvokeFunction"}


@pytest.mark.parametrize("module", ["application", "database", "events"])
def test_each_resource_goes_to_the_provider_of_its_region(planned, module):
    managed = [
        found
        for found in planned.configuration(Case(f"{module}/smallest"))["resources"]
        if found["mode"] == "managed" and found["type"].startswith("aws_")
    ]
    assert managed
    for resource in managed:
        side = "secondary" if resource["name"].endswith("secondary") else "primary"
        assert resource["provider_config_key"].endswith(f"aws.{SIDES[side]}"), resource["address"]


@pytest.mark.parametrize("module", ["application", "database", "events"])
def test_a_region_is_read_from_the_provider_of_its_role(planned, module):
    read = {
        found["name"]: found["provider_config_key"].rpartition("aws.")[2]
        for found in planned.configuration(Case(f"{module}/smallest"))["resources"]
        if found["mode"] == "data" and found["type"] == "aws_region"
    }
    assert read == dict(zip(planning.ROLES[module], planning.REGIONS, strict=False))
