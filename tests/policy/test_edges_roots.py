"""The root: where each rule begins and ends, on plans of a few resources."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID

from .small import document, resource, told

CLUSTER, PEERING, QUEUE = "aws_dsql_cluster.one", "aws_dsql_cluster_peering.one", "aws_sqs_queue.one"
AWS = "registry.terraform.io/hashicorp/aws"


def provider(constraint, full_name=AWS, **more):
    return {"aws": {"full_name": full_name, **more} | ({"version_constraint": constraint} if constraint else {})}


NONE = "`required_providers` gives no version of the AWS provider"


def early(constraint):
    return f'the AWS provider may be "{constraint}", at least 5.100 is needed'


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        (None, NONE),
        (">= 5.100.0, < 7.0.0", None),
        (">= 5.100", None),
        (">= 5.99.0", early(">= 5.99.0")),
        (">= 5", early(">= 5")),
        (">= 6", None),
        (">= 6.0", None),
        ("~> 6.0", None),
        ("> 5.100.0", None),
        ("< 7.0.0, >= 5.100.0", None),
        ("< 7.0.0", early("< 7.0.0")),
        ("5.100.0", None),
        ("4.200.0", early("4.200.0")),
    ],
)
def test_a_root_takes_no_provider_without_aurora_dsql(constraint, message):
    assert told("DSQL100", providers=provider(constraint)) == ([("root", message)] if message else [])


@pytest.mark.parametrize(
    ("constraint", "broken"),
    [(None, False), (">= 5.100.0", True), (">= 5.100.0, < 7.0.0", False), ("~> 6.0", False), ("6.1.0", False)],
)
def test_a_root_takes_no_next_major_version_by_itself(constraint, broken):
    message = f'the AWS provider may be "{constraint}", without an upper bound'
    assert told("DSQL101", providers=provider(constraint)) == ([("root", message)] if broken else [])


@pytest.mark.parametrize("rule", ["DSQL100", "DSQL101", "DSQL102"])
@pytest.mark.parametrize("full_name", ["registry.terraform.io/hashicorp/random", None])
def test_other_providers_are_not_asked(rule, full_name):
    assert told(rule, providers=provider(">= 1", full_name, module_address="module.a", expressions={"a": {}})) == []
    assert told(rule, providers=provider(">= 1", full_name)) == []


@pytest.mark.parametrize(
    ("module", "expressions", "broken"),
    [("module.a", {"region": {}}, True), ("module.a", {}, False), (None, {"region": {}}, False)],
)
def test_a_module_that_configures_a_provider_is_named(module, expressions, broken):
    given = provider(">= 5.100.0, < 7.0.0", expressions=expressions, module_address=module)
    assert told("DSQL102", providers=given) == ([("module.a", "configures a provider")] if broken else [])


def test_a_provider_of_a_module_is_none_of_the_roots():
    inside = {"module.a:aws": {"full_name": AWS, "module_address": "module.a", "version_constraint": ">= 5.0"}}
    for rule in ("DSQL100", "DSQL101"):
        assert told(rule, providers=provider("~> 6.0") | inside) == []


PAIR = (
    resource(CLUSTER, {"multi_region_properties": [{}]}),
    resource("aws_dsql_cluster.two", {"multi_region_properties": [{}]}, region="us-east-2"),
)


@pytest.mark.parametrize(
    ("resources", "environment", "message"),
    [
        (PAIR, {"TF_CLI_ARGS": "-parallelism=1"}, "TF_CLI_ARGS is '-parallelism=1'"),
        (PAIR, {"TF_CLI_ARGS_destroy": "-parallelism=1"}, "TF_CLI_ARGS_destroy is '-parallelism=1'"),
        (PAIR, {"TF_CLI_ARGS_plan": "-parallelism=1"}, None),
        (PAIR, {}, None),
        ((resource(CLUSTER, {}),), {"TF_CLI_ARGS": "-parallelism=1"}, None),
    ],
)
def test_a_pair_is_not_applied_one_by_one(resources, environment, message):
    found = evaluate(Plan(document(*resources), environment=environment), rules=[BY_ID["DSQL103"]]).outcomes
    assert [one.finding.message for one in found] == ([message] if message else [])


def test_whoever_applies_peerings_is_told_once_and_by_the_first():
    message = "would be created, together with its mirror"
    more = resource("aws_dsql_cluster_peering.two", {})
    old = resource("aws_dsql_cluster_peering.old", {}, actions=["no-op"])
    assert told("DSQL104", old, resource(PEERING, {}), more) == [(PEERING, message)]
    assert told("DSQL104", old) == []


def tagged(address, *tags, **more):
    return resource(address, {"tags_all": dict.fromkeys(tags, "a"), **more.pop("after", {})}, **more)


@pytest.mark.parametrize(
    ("queue", "missing"),
    [
        (tagged(QUEUE, "team", "cost"), None),
        (tagged(QUEUE, "team", "cost", "more"), None),
        (tagged(QUEUE), "cost, team"),
        (tagged(QUEUE, "cost"), "team"),
        (resource(QUEUE, {}), None),
        (tagged(QUEUE, configured=False), None),
        (tagged(f"module.a.{QUEUE}"), None),
        (resource(QUEUE, None, actions=["delete"], before={"tags_all": {}}), None),
        (resource(QUEUE, {}, after_unknown={"tags_all": True}), "cost, team"),
        (resource(QUEUE, {"tags": {}}, after_unknown={"tags_all": True}), None),
    ],
)
def test_what_stands_beside_a_cluster_has_its_tags_but_for_its_name(queue, missing):
    said = told("DSQL105", tagged(CLUSTER, "team", "cost", "Name"), queue)
    assert said == ([(queue["address"], f"has no tag {missing}")] if missing else [])


def test_two_clusters_ask_for_the_tags_that_both_have():
    clusters = tagged(CLUSTER, "team", "cost"), tagged("aws_dsql_cluster.two", "team", "Name")
    assert told("DSQL105", *clusters, tagged(QUEUE)) == [(QUEUE, "has no tag team")]
    none = tagged(CLUSTER, "cost"), tagged("aws_dsql_cluster.two", "team")
    assert told("DSQL105", *none, tagged(QUEUE)) == []


def test_a_cluster_whose_tags_are_not_known_hides_none_of_the_next_one():
    unknown = resource(CLUSTER, {}, after_unknown={"tags_all": True}, refers={"tags": ["local.tags"]})
    assert told("DSQL105", unknown, tagged("aws_dsql_cluster.two", "team"), tagged(QUEUE)) == [
        (f"?{CLUSTER}", "tags: unknown until apply"),
        (QUEUE, "has no tag team"),
    ]
