"""The examples, planned as they are but for providers that stay silent; `minimal` and `complete` also in tests/e2e."""

import json
import os
from collections import Counter

import pytest

from delivery import offline
from policy.evaluate import evaluate
from policy.plan import Plan

from . import planning


@pytest.fixture
def plan(tmp_path):
    """Plan an example in a copy of it: `plan(example, call)` gives the plan as a document.

    The account, which the module would ask AWS for, is told to the call of that name.
    """

    def run(example, call=None, **variables):
        root = offline.copy(planning.REPOSITORY, f"examples/{example}", tmp_path / "repository")
        (root / "function.zip").write_bytes(b"not opened by a plan")
        if call is not None:
            account = {"module": {call: {"account_id": planning.ACCOUNT}}}
            (root / "account_override.tf.json").write_text(json.dumps(account))
        terraform = offline.terraform(root, os.environ, tmp_path / "build")
        terraform.init()
        document = terraform.plan(variables=variables).document
        assert not evaluate(Plan(document)).findings, (
            f"an example breaks a rule: make policy PLAN=... shows it ({example})"
        )
        return document

    return run


def types(plan, module=None):
    """How many resources of each type a plan would create, in all or in one module."""
    return Counter(
        change["type"]
        for change in plan["resource_changes"]
        if change["change"]["actions"] == ["create"] and (module is None or change.get("module_address") == module)
    )


def test_database_only_lets_a_function_of_the_callers_connect(plan):
    planned = plan("database-only")
    assert types(planned, "module.database") == {"aws_dsql_cluster": 2, "terraform_data": 1}
    assert types(planned)["aws_lambda_function"] == 1
    root = {found["address"]: found for found in planned["configuration"]["root_module"]["resources"]}
    connect = root["aws_iam_role_policy.connect"]["expressions"]["policy"]["references"]
    assert "module.database.connect_policies.primary" in connect


def test_events_only_is_the_bus_pair(plan):
    planned = plan("events-only", "events")
    assert types(planned) == types(planned, "module.events")
    assert types(planned)["aws_cloudwatch_event_bus"] == 2


def test_module_for_each_makes_two_independent_applications(plan):
    planned = plan("module-for-each", "application", lambda_package='{"filename": "main.tf"}')
    orders, payments = (types(planned, f'module.application["{name}"]') for name in ("orders", "payments"))
    assert orders == payments
    assert orders["aws_dsql_cluster"] == 2
    names = [
        change["change"]["after"]["name"] for change in planned["resource_changes"] if change["type"] == "aws_iam_role"
    ]
    assert len(names) == len(set(names)) == 24
