"""Prices: what a plan's resources cost, and that docs/cost.md says so."""

import os
import re
from pathlib import Path

import pytest

from delivery import cost_report
from delivery.cost import estimate, total
from delivery.prices import read

REPOSITORY = Path(__file__).parents[2]
# Inputs that have no row in docs/cost.md, and why.
FREE = "nothing that it makes or changes is billed by itself"
SIZE = "changes a row that is there"
WITHOUT_ROW = {
    "account_id": FREE,
    "api": 'billed by request: `make cost ARGS="--var api={}"` and the module\'s README',
    "deletion_protection": FREE,
    "event_rules": "each event that matches is delivered without a charge; the target is the caller's",
    "fault_injection": "billed by the minute of an experiment, and none runs by itself",
    "functions": SIZE,
    "lambda_package": FREE,
    "link_environment": FREE,
    "link_method": FREE,
    "link_role_arn": FREE,
    "link_timeout_minutes": FREE,
    "log_level": SIZE,
    "log_retention_days": "storage of logs, which docs/cost.md leaves out and says so",
    "name": FREE,
    "permissions_boundary_arn": FREE,
    "readonly_role_arns": FREE,
    "region_sets": FREE,
    "tags": FREE,
    "vpc": "interface endpoints are the caller's; docs/cost.md says so",
}


def resource(type_, index=None, **values):
    return {"type": type_, "index": index, "values": values}


FUNCTIONS = [
    resource("aws_lambda_function", name, memory_size=512, architectures=["arm64"])
    for name in ("consumer", "relay", "transactions")
]


def usd(lines):
    return {line.what: round(line.usd, 4) for line in lines}


def test_an_alarm_costs_by_the_metrics_that_it_looks_at():
    query = [{"metric": []}, {"metric": [{}]}, {"metric": [{}]}]
    alarms = [resource("aws_cloudwatch_metric_alarm", metric_query=given) for given in ([], query)]
    assert usd(estimate([*FUNCTIONS, *alarms], read()).idle)["alarms"] == 0.3


def test_a_health_check_costs_more_by_https_and_by_a_short_interval():
    checks = [
        resource("aws_route53_health_check", type=type_, request_interval=interval)
        for type_, interval in (("HTTP", 30), ("HTTPS_STR_MATCH", 30), ("HTTPS", 10))
    ]
    found = usd(estimate([*FUNCTIONS, *checks], read()).idle)
    assert (found["health checks"], found["health checks: HTTPS and interval"]) == (1.5, 3.0)


def test_the_checkers_requests_cost_by_the_interval_and_a_drained_region_is_not_asked():
    checks = [
        resource("aws_route53_health_check", type="HTTPS", request_interval=interval, disabled=disabled)
        for interval, disabled in ((10, False), (30, False), (10, True))
    ]
    found = estimate([*FUNCTIONS, *checks], read()).idle
    asked = next(line.amount for line in found if line.what == "health checks: API requests")
    assert asked == 16 * 43200 * 60 / 10 + 16 * 43200 * 60 / 30


def test_a_backup_is_stored_in_full_for_each_day_in_both_regions():
    plan = resource("aws_backup_plan", rule=[{"lifecycle": [{"delete_after": 35}]}])
    found = usd(estimate([*FUNCTIONS, plan], read()).idle)
    assert found["backups: recovery points and their copies"] == 2 * 35 * 1 * 0.10


def test_functions_cost_by_their_memory_and_architecture():
    small = usd(estimate(FUNCTIONS, read()).million)["functions: time"]
    large = [resource("aws_lambda_function", f["index"], memory_size=1024, architectures=["x86_64"]) for f in FUNCTIONS]
    ratio = usd(estimate(large, read()).million)["functions: time"] / small
    assert ratio == pytest.approx(2 * 0.0000166667 / 0.0000133334, rel=1e-3)


def test_a_month_grows_with_the_transactions():
    found = estimate(FUNCTIONS, read())
    assert found.month(3e6) - found.month(1e6) == pytest.approx(2 * total(found.million))


def test_kms_is_asked_by_what_is_encrypted_with_a_key_of_ones_own():
    plain = estimate(FUNCTIONS, read())
    regions = [resource("aws_dsql_cluster") for _ in range(2)]
    keys = [resource("aws_iam_role_policy", name=name) for name in ("fields", "services", "work")]
    found = estimate([*FUNCTIONS, *regions, *keys], read())
    # 2 Regions x 2 data keys x 8,640 periods of five minutes; 2 events of a million transactions, each twice.
    assert usd(found.busy)["KMS requests for data keys of fields"] == round(2 * 2 * 8640 * 0.000003, 4)
    assert usd(found.million)["KMS requests of the event buses, at most"] == 12.0
    assert not [line for line in (*plain.busy, *plain.million) if line.price == "kms_request"]


def test_every_option_of_the_module_that_costs_something_has_its_row():
    declared = (REPOSITORY / "modules" / "application" / "variables.tf").read_text()
    inputs = set(re.findall(r'^variable "(\w+)"', declared, re.MULTILINE))
    priced = {name for given in cost_report.OPTIONS.values() for name in given}
    assert priced | set(WITHOUT_ROW) <= inputs
    assert not inputs - priced - set(WITHOUT_ROW), "give it a row in OPTIONS, or a reason in WITHOUT_ROW"


def test_every_price_and_every_assumption_is_used():
    code = (REPOSITORY / "delivery" / "cost.py").read_text()
    prices = read()
    unused = {name for name in (*prices.prices, *prices.assumptions) if f'"{name}"' not in code}
    assert unused == {"lambda_gb_second_arm64", "lambda_gb_second_x86_64"}  # named by the architecture


def test_the_document_has_the_tables_of_this_plan_and_these_prices():
    written = (REPOSITORY / cost_report.DOCUMENT).read_text()
    fresh = cost_report.document(written, cost_report.of_options(REPOSITORY, os.environ))
    assert written == fresh, "run: make cost ARGS=--write"


def test_given_inputs_are_priced(tmp_path):
    file = tmp_path / "orders.tfvars"
    file.write_text("encryption = {}\n")
    found = cost_report.of_variables(REPOSITORY, os.environ, {"name": "orders"}, [file])
    assert usd(found.idle)["KMS keys"] == 2.0
    assert "a month with 5,000,000 transactions: " in cost_report.text(found, 5e6)
