"""What only the apply will tell: a rule names it, and takes it neither for kept nor for broken."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID

from .mistakes import Edited

CLUSTER, PEERING = "aws_dsql_cluster.primary", "aws_dsql_cluster_peering.primary[0]"
RULE, TARGET = "aws_cloudwatch_event_rule.forward_primary", "aws_cloudwatch_event_target.forward_primary"
FUNCTION, STAGE = 'aws_lambda_function.primary["relay"]', "aws_apigatewayv2_stage.primary[0]"
QUEUE, API = "aws_sqs_queue.undelivered_primary", "aws_apigatewayv2_api.primary[0]"
COMPUTED = {"references": ["local.computed"]}


def hide(plan, end, *path):
    """The argument at a path is unknown until apply, and so stands in no place of `after`."""
    change = plan.changes(end)[0]["change"]
    after, unknown = change["after"], change["after_unknown"]
    for key, following in zip(path, [*path[1:], None], strict=True):
        if following is None:
            unknown[key] = True
            (after if isinstance(key, str) else {}).pop(key, None)
            return
        if isinstance(key, str) and not isinstance(unknown.get(key), dict | list):
            unknown[key] = [{}] if isinstance(following, int) else {}
        after, unknown = after[key], unknown[key]


# (rule, what the plan is asked about, path of the argument, what the rule says is unknown)
ARGUMENTS = [
    ("DSQL001", CLUSTER, ["deletion_protection_enabled"], "deletion_protection_enabled"),
    ("DSQL003", CLUSTER, ["force_destroy"], "force_destroy"),
    ("DSQL004", CLUSTER, ["tags_all"], "tags"),
    ("DSQL004", CLUSTER, ["tags_all", "Name"], "tags"),
    ("DSQL010", CLUSTER, ["multi_region_properties"], "the witness or a cluster's Region"),
    ("DSQL010", CLUSTER, ["multi_region_properties", 0, "witness_region"], "the witness or a cluster's Region"),
    ("DSQL011", CLUSTER, ["multi_region_properties", 0, "witness_region"], "a Region"),
    ("DSQL012", CLUSTER, ["multi_region_properties", 0, "witness_region"], "witness_region"),
    ("DSQL032", "aws_kms_key.primary[0]", ["enable_key_rotation"], "enable_key_rotation"),
    ("DSQL033", "aws_kms_key.primary[0]", ["is_enabled"], "is_enabled"),
    *((rule, 'aws_iam_role_policy.work_primary["relay"]', ["policy"], "policy") for rule in ("DSQL040", "DSQL041")),
    *((rule, 'aws_iam_role_policy.work_primary["relay"]', ["policy"], "policy") for rule in ("DSQL042", "DSQL043")),
    ("DSQL044", 'aws_iam_role.primary["relay"]', ["assume_role_policy"], "assume_role_policy"),
    ("DSQL045", QUEUE, ["policy"], "policy"),
    ("DSQL046", "aws_lambda_permission.receive_primary", ["principal"], "principal"),
    ("DSQL050", RULE, ["event_pattern"], "event_pattern"),
    ("DSQL052", TARGET, ["dead_letter_config"], "dead_letter_config"),
    ("DSQL053", TARGET, ["retry_policy"], "retry_policy"),
    ("DSQL053", TARGET, ["retry_policy", 0, "maximum_retry_attempts"], "retry_policy"),
    ("DSQL053", TARGET, ["retry_policy", 0, "maximum_event_age_in_seconds"], "retry_policy"),
    ("DSQL056", QUEUE, ["policy"], "its policy"),
    ("DSQL060", QUEUE, ["message_retention_seconds"], "message_retention_seconds"),
    ("DSQL071", FUNCTION, ["environment"], "environment.variables"),
    ("DSQL071", FUNCTION, ["environment", 0, "variables"], "environment.variables"),
    ("DSQL072", FUNCTION, ["runtime"], "runtime"),
    ("DSQL078", 'aws_cloudwatch_log_group.primary["relay"]', ["retention_in_days"], "retention_in_days"),
    ("DSQL080", 'aws_apigatewayv2_route.primary["POST /transactions"]', ["authorization_type"], "authorization_type"),
    ("DSQL081", STAGE, ["default_route_settings"], "default_route_settings"),
    ("DSQL082", STAGE, ["access_log_settings"], "access_log_settings"),
    ("DSQL083", API, ["cors_configuration"], "cors_configuration"),
    ("DSQL083", API, ["cors_configuration", 0, "allow_origins"], "allow_origins"),
    ("DSQL105", CLUSTER, ["tags_all"], "tags"),
]


def said(document, rule, where):
    """What is broken and what is open, of one rule on one resource."""
    found = [
        one.finding
        for one in evaluate(Plan(document), rules=[BY_ID[rule]]).outcomes
        if one.finding.address == f"module.application.{where}"
    ]
    return [one.message for one in found if not one.unknown], [one.message for one in found if one.unknown]


@pytest.mark.parametrize(("rule", "where", "path", "what"), ARGUMENTS, ids=lambda given: str(given).replace(" ", "-"))
def test_an_unknown_argument_is_neither_kept_nor_broken(examples, rule, where, path, what):
    edited = Edited(examples["complete"])
    hide(edited, where, *path)
    assert said(edited.document, rule, where) == ([], [f"{what}: unknown until apply"])


@pytest.mark.parametrize(
    ("rule", "where", "what"),
    [
        ("DSQL010", CLUSTER, "the witness or a cluster's Region"),
        ("DSQL011", CLUSTER, "a Region"),
        ("DSQL013", CLUSTER, "its Region"),
        ("DSQL055", TARGET, "its Region"),
    ],
)
def test_a_provider_whose_region_is_computed_leaves_it_open(examples, rule, where, what):
    edited = Edited(examples["complete"])
    edited.providers["aws.primary"]["expressions"]["region"] = COMPUTED
    assert said(edited.document, rule, where) == ([], [f"{what}: unknown until apply"])


@pytest.mark.parametrize(
    ("rule", "argument", "what"),
    [
        ("DSQL014", "identifier", "what a peering reaches through a local value, which no plan shows"),
        ("DSQL015", "clusters", "its other side, which is not in this plan or goes through a local value"),
    ],
)
def test_a_peering_through_a_local_value_leaves_its_cluster_open(examples, rule, argument, what):
    edited = Edited(examples["complete-provider"])
    for side in ("primary", "secondary"):
        expressions = edited.block(f"aws_dsql_cluster_peering.{side}")["expressions"]
        expressions[argument] = COMPUTED
        if rule == "DSQL014":
            expressions["clusters"] = COMPUTED
    where = CLUSTER if rule == "DSQL014" else PEERING
    assert said(edited.document, rule, where) == ([], [f"{what}: unknown until apply"])


def test_the_witness_of_a_peering_can_be_unknown(examples):
    edited = Edited(examples["complete-provider"])
    hide(edited, PEERING, "witness_region")
    assert said(edited.document, "DSQL012", PEERING) == ([], ["witness_region: unknown until apply"])


def test_a_rule_that_is_set_to_an_unknown_state_is_open_and_one_that_is_not_set_is_on(examples):
    edited = Edited(examples["complete"])
    hide(edited, RULE, "state")
    expressions = edited.block(RULE)["expressions"]
    expressions.pop("state", None)
    assert said(edited.document, "DSQL054", RULE) == ([], [])
    expressions["state"] = COMPUTED
    assert said(edited.document, "DSQL054", RULE) == ([], ["state: unknown until apply"])


def test_what_differs_between_the_sides_is_open_where_one_side_is_unknown(examples):
    edited = Edited(examples["complete"])
    hide(edited, FUNCTION, "timeout")
    other = FUNCTION.replace("primary", "secondary")
    assert said(edited.document, "DSQL074", other) == ([], ["timeout: unknown until apply"])


def test_a_function_is_open_whose_destination_of_failures_is_unknown(examples):
    edited = Edited(examples["complete"])
    hide(edited, 'aws_lambda_function_event_invoke_config.primary["relay"]', "destination_config")
    assert said(edited.document, "DSQL070", FUNCTION) == ([], ["where its failures go: unknown until apply"])


def test_a_log_group_is_open_unless_the_function_refers_to_one(examples):
    edited = Edited(examples["complete"])
    hide(edited, FUNCTION, "logging_config")
    assert said(edited.document, "DSQL079", FUNCTION) == ([], [])
    edited.block("aws_lambda_function.primary")["expressions"]["logging_config"] = [{"log_group": COMPUTED}]
    assert said(edited.document, "DSQL079", FUNCTION) == ([], ["its log group: unknown until apply"])


def test_a_key_that_goes_is_open_where_the_clusters_next_key_is_unknown(examples):
    edited = Edited(examples["complete"])
    key = "aws_kms_key.primary[0]"
    edited.exists("aws_dsql_cluster")
    hide(edited, CLUSTER, "kms_encryption_key")
    edited.act(key, "delete")
    clusters = [f"module.application.aws_dsql_cluster.{side}" for side in ("primary", "secondary")]
    assert said(edited.document, "DSQL031", key) == (
        [],
        [f"whether {cluster} uses it: unknown until apply" for cluster in clusters],
    )


def test_an_alarm_is_open_that_an_unknown_composite_may_name(examples):
    edited = Edited(examples["complete"])
    alarm = 'aws_cloudwatch_metric_alarm.primary["errors"]'
    edited.unset(alarm, "alarm_actions")
    for one in edited.document["resource_changes"]:
        if one["type"] == "aws_cloudwatch_composite_alarm":
            one["change"]["after"].pop("alarm_rule", None)
            one["change"]["after_unknown"]["alarm_rule"] = True
    assert said(edited.document, "DSQL091", alarm) == ([], ["whether a composite alarm names it: unknown until apply"])


def test_a_queue_is_open_whose_alarm_may_be_one_of_unknown_dimensions(examples):
    edited = Edited(examples["complete"])
    hide(edited, 'aws_cloudwatch_metric_alarm.primary["undelivered"]', "dimensions")
    assert said(edited.document, "DSQL094", QUEUE) == ([], ["whether an alarm watches it: unknown until apply"])
