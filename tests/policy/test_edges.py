"""What a rule says, of which resource, and where it ends: what stands right beside a mistake and is none."""

import copy
import json

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID

from .mistakes import Edited
from .mistakes.edited import ADMIN, allow

RELAY = 'aws_iam_role_policy.work_primary["relay"]'
PERMISSION = "aws_lambda_permission.receive_primary"
QUEUE = "aws_sqs_queue.undelivered_primary"


@pytest.fixture
def plan(examples):
    return Edited(examples["complete"])


def said(plan, rule):
    """Address and message of each finding of a rule; what is unknown is left out."""
    outcomes = evaluate(Plan(plan.document), rules=[BY_ID[rule]]).outcomes
    return [(one.finding.address, one.finding.message) for one in outcomes if not one.finding.unknown]


def copied(plan, end, address, **values):
    """One more resource: like another one, with other values, in the root."""
    (found,) = plan.changes(end)
    more = copy.deepcopy(found)
    more.pop("module_address", None)
    more["address"] = address
    more["change"]["after"].update(values)
    for name in values:
        more["change"]["after_unknown"].pop(name, None)
    plan.document["resource_changes"].append(more)


def test_the_role_that_migrates_may_be_told_by_its_name_alone(plan):
    plan.policy(RELAY, ADMIN)
    plan.set(RELAY, role="orders-schema")
    assert said(plan, "DSQL040") == []
    plan.set(RELAY, role="orders-relay")
    allowed = "allows dsql:DbConnectAdmin (dsql:dbconnectadmin)"
    assert said(plan, "DSQL040") == [(f"module.application.{RELAY}", allowed)]


def test_a_boundary_allows_nothing_and_hides_no_policy_after_it(plan):
    everything = json.dumps({"Statement": [allow("*")]})
    copied(plan, "aws_iam_policy.boundary", "aws_iam_policy.more", policy=everything)
    assert ("aws_iam_policy.more", "allows `*`") in said(plan, "DSQL041")
    assert "aws_iam_policy.boundary" not in dict(said(plan, "DSQL041"))


def test_a_policy_that_nobody_sets_is_no_open_question(plan):
    change = plan.changes(QUEUE)[0]["change"]
    change["after"].pop("policy", None)
    change["after_unknown"]["policy"] = True
    plan.block(QUEUE)["expressions"].pop("policy", None)
    outcomes = evaluate(Plan(plan.document), rules=[BY_ID["DSQL045"]]).outcomes
    assert [one for one in outcomes if one.finding.address == f"module.application.{QUEUE}"] == []


@pytest.mark.parametrize(
    ("principal", "broken"), [("*", True), ("s3.amazonaws.com", True), ("123456789012", False), (None, False)]
)
def test_a_service_says_for_which_source_and_an_account_need_not(plan, principal, broken):
    plan.set(PERMISSION, principal=principal, source_arn=None, source_account=None)
    told = [(f"module.application.{PERMISSION}", f'lets "{principal}" invoke for any source')]
    assert said(plan, "DSQL046") == (told if broken else [])


def test_each_role_after_the_first_is_told_whose_name_it_has(plan):
    ends = [f'aws_iam_role.primary["{name}"]' for name in ("consumer", "migrate", "relay")]
    for end in ends:
        plan.set(end, name="Same")
    found = [one for one in said(plan, "DSQL047") if one[1].endswith("Same")]
    assert [address for address, _ in found] == [f"module.application.{end}" for end in ends[1:]]
    assert {message for _, message in found} == {f"has the name of module.application.{ends[0]}, Same"}


def test_the_first_of_several_deputies_is_named(plan):
    services = {"Service": ["scheduler.amazonaws.com", "events.amazonaws.com"]}
    role = "aws_iam_role.schedule_primary"
    plan.policy(
        role, {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": services}, argument="assume_role_policy"
    )
    assert said(plan, "DSQL048") == [(f"module.application.{role}", "trusts events.amazonaws.com for any account")]


def test_alarms_by_metric_maths_are_wanted_on_both_sides_too(plan):
    plan.drop('aws_cloudwatch_metric_alarm.secondary["rounds"]')
    assert said(plan, "DSQL092") == [
        (
            'module.application.aws_cloudwatch_metric_alarm.primary["rounds"]',
            "nothing watches AWS/Events MatchedEvents, AWS/Lambda Invocations in us-east-2",
        )
    ]


def test_the_first_cluster_is_named_where_there_is_no_alarm(plan):
    changes = plan.document["resource_changes"]
    changes[:] = [one for one in changes if one["type"] != "aws_cloudwatch_metric_alarm"]
    assert said(plan, "DSQL090") == [
        ("module.application.aws_dsql_cluster.primary", "nothing in the plan raises an alarm")
    ]


def test_a_queue_of_events_that_are_delivered_needs_no_alarm(plan):
    copied(plan, 'aws_cloudwatch_metric_alarm.primary["errors"]', "aws_cloudwatch_metric_alarm.more")
    assert said(plan, "DSQL094") == []


def test_an_open_route_is_told_by_its_key(plan):
    route = 'aws_apigatewayv2_route.primary["POST /transactions"]'
    plan.set(route, authorization_type="NONE")
    message = "POST /transactions is open to everyone: `authorization_type` is NONE"
    assert (f"module.application.{route}", message) in said(plan, "DSQL080")


@pytest.mark.parametrize("missing", ["throttling_rate_limit", "throttling_burst_limit"])
def test_one_limit_of_requests_is_not_enough(plan, missing):
    stage = "aws_apigatewayv2_stage.primary[0]"
    (settings,) = plan.after(stage)["default_route_settings"]
    settings[missing] = None
    assert [address for address, _ in said(plan, "DSQL081")] == [f"module.application.{stage}"]


@pytest.mark.parametrize(
    ("actions", "message"),
    [(("delete",), "would be destroyed"), (("delete", "create"), "would be replaced by a new, empty cluster")],
)
def test_a_lost_cluster_is_told_with_what_comes_of_it(plan, actions, message):
    plan.act("aws_dsql_cluster.primary", *actions)
    assert said(plan, "DSQL002") == [("module.application.aws_dsql_cluster.primary", message)]
