"""Proof of the exporter: a module in HCL plans the same as the JSON that it was written from."""

import json
import os
import shutil
from pathlib import Path

import pytest

from delivery.terraform import Terraform
from delivery.toolchain import find_terraform
from infra import export
from infra.application import ApplicationModule

ACCOUNT = "123456789012"
ALIASES = {"primary": "first", "secondary": "second", "witness": "third"}


def complete(package):
    """Every input of modules/application, so that every dynamic block and every repetition is planned."""
    places = {
        side: {"security_group_ids": [f"sg-0123456789abcdef{end}"], "subnet_ids": [f"subnet-0123456789abcdef{end}"]}
        for end, side in enumerate(("primary", "secondary"))
    }
    return {
        "account_id": ACCOUNT,
        "api": {
            "authorization": "JWT",
            "cors": {"allow_origins": ["https://app.example.com"]},
            "domain": {"name": "api.example.com", "routing": "weighted", "zone_id": "Z0123456789ABCDEFGHIJ"},
            "jwt": {"audience": ["orders"], "issuer": "https://login.example.com/"},
        },
        "backup": {"lock": {"min_retention_days": 7}},
        "deletion_protection": False,
        "encryption": {"deletion_window_in_days": 7},
        "event_routing": {"handled_in": "secondary", "review_amount": 0.5, "schema_registry": True},
        "event_rules": {
            "audit": {
                "event_pattern": json.dumps({"source": ["dsql.application"]}),
                "primary_target": {"arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:audit"},
            }
        },
        "fault_injection": {"network": True},
        "field_encryption": {"deletion_window_in_days": 7},
        "functions": {"transactions": {"memory_size": 1024, "reserved_concurrent_executions": 50}},
        "lambda_package": {**package, "architecture": "x86_64"},
        "link_environment": {"AWS_PROFILE": "orders"},
        "link_method": "provider",
        "link_role_arn": f"arn:aws:iam::{ACCOUNT}:role/link",
        "link_timeout_minutes": 45,
        "log_level": "DEBUG",
        "log_retention_days": 365,
        "monitoring": {"thresholds": {"spending": 5000}},
        "name": "complete",
        "permissions_boundary_arn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
        "readonly_role_arns": [f"arn:aws:iam::{ACCOUNT}:role/analyst"],
        "region_sets": {"ours": ["us-east-1", "us-east-2", "us-west-2"]},
        "service_encryption": {"rotation_period_in_days": 180},
        "tags": {"team": "orders", "cost centre": 'a "quoted" one'},
        "vpc": places,
    }


@pytest.fixture(scope="module")
def calls(package):
    smallest = {"name": "orders"}
    return {
        "application": ("application", {**smallest, "account_id": ACCOUNT, "lambda_package": package}),
        "complete": ("application", complete(package)),
        "database": ("database", smallest),
        "events": ("events", {**smallest, "account_id": ACCOUNT}),
    }


@pytest.fixture(scope="module")
def plans(calls, terraform_environment, tmp_path_factory):
    """One plan for each syntax, of a root that calls every module."""
    found = {}
    for syntax in export.FORMATS:
        directory = tmp_path_factory.mktemp(syntax)
        export.write(directory / "modules", syntax)
        shutil.copy(Path(__file__).parent / "root" / "main.tf", directory)
        modules = {
            name: {
                "source": f"./modules/{module}",
                "providers": {f"aws.{alias}": f"aws.{given}" for alias, given in aliases(module).items()},
                **arguments,
            }
            for name, (module, arguments) in calls.items()
        }
        outputs = {name: {"value": f"${{module.{name}}}"} for name in calls}
        (directory / "calls.tf.json").write_text(json.dumps({"module": modules, "output": outputs}))
        terraform = Terraform(directory, terraform_environment, find_terraform(os.environ).path, directory / "logs")
        terraform.init()
        found[syntax] = terraform.plan().document
    return found


def aliases(module):
    return {alias: given for alias, given in ALIASES.items() if module != "events" or alias != "witness"}


def test_every_input_of_the_application_is_given_once(package):
    assert sorted(complete(package)) == sorted(set(ApplicationModule.INPUTS))


@pytest.mark.parametrize("part", ["planned_values", "resource_changes", "output_changes", "checks", "variables"])
def test_both_syntaxes_plan_the_same(plans, part):
    assert plans["hcl"][part] == plans["json"][part]


def test_the_plans_hold_something_to_compare(plans, calls):
    changes = plans["hcl"]["resource_changes"]
    assert {change["module_address"] for change in changes} == {f"module.{name}" for name in calls}
    types = {change["type"] for change in changes if change["module_address"] == "module.complete"}
    assert {"aws_dsql_cluster_peering", "aws_kms_key", "aws_cloudwatch_event_target"} <= types
