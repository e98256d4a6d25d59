"""What checkov shows of a resource is read as the plan would show it. `make checkov` asks checkov itself."""

import json

import pytest

from policy.rules import BY_ID
from policy.scanned import kept, resource
from policy.values import UNKNOWN

ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ({"name": ["a"]}, {"name": "a"}),
        ({"ports": [["a", "b"]]}, {"ports": ["a", "b"]}),
        ({"ports": ["a", "b"]}, {"ports": ["a", "b"]}),
        ({"name": [5]}, {"name": 5}),
        ({"enabled": True}, {"enabled": True}),
        ({"name": []}, {"name": []}),
        ({"block": [{"name": ["a"]}]}, {"block": [{"name": "a"}]}),
        ({"block": [{"name": ["a"]}, {"name": ["b"]}]}, {"block": [{"name": "a"}, {"name": "b"}]}),
        ({"block": [{"inner": [{"name": ["a"]}]}]}, {"block": [{"inner": [{"name": "a"}]}]}),
        ({"tags": [{"a": "b"}]}, {"tags": {"a": "b"}, "tags_all": {"a": "b"}}),
        ({"tags": [{"a": "b"}], "tags_all": [{"c": "d"}]}, {"tags": {"a": "b"}, "tags_all": {"c": "d"}}),
        ({"tags_all": [{"a": "b"}]}, {"tags_all": {"a": "b"}}),
        ({"environment": [{"variables": [{"A": "b"}]}]}, {"environment": [{"variables": {"A": "b"}}]}),
        ({"dimensions": [{"A": "b"}, {"C": "d"}]}, {"dimensions": [{"A": "b"}, {"C": "d"}]}),
        ({"variables": []}, {"variables": []}),
        ({"__startline__": 1, "block": [{"__endline__": 2, "a": ["b"]}]}, {"block": [{"a": "b"}]}),
    ],
)
def test_the_lists_around_values_are_taken_away(shown, read):
    assert resource("aws_sqs_queue", shown).values == read


@pytest.mark.parametrize("name", ["policy", "assume_role_policy"])
def test_a_policy_whose_json_was_read_is_text_again(name):
    shown = {"Statement": [ALLOW, {"Resource": "${a}"}]}
    assert json.loads(resource("aws_iam_role", {name: [shown]}).values[name]) == shown


def test_several_policies_and_the_objects_of_other_arguments_stay_objects():
    shown = {"policy": [{"a": ["b"]}, {"a": ["c"]}], "statement": [{"a": ["b"]}]}
    read = {"policy": [{"a": "b"}, {"a": "c"}], "statement": [{"a": "b"}]}
    assert resource("aws_iam_role", shown).values == read


@pytest.mark.parametrize("name", ["policy", "name"])
@pytest.mark.parametrize(
    "text",
    [
        *("true_after_unknown", "${a.b}", "x-${a}", "var.a", "local.a", "data.a.b", "each.value", "module.a.b"),
        *("aws_kms_key.this.arn", "jsonencode({})", "not known: file(a)"),
    ],
)
def test_what_checkov_cannot_compute_is_unknown(name, text):
    assert resource("aws_sqs_queue", {name: [text]}).values == {name: UNKNOWN}
    assert resource("aws_sqs_queue", {"block": [{name: [text]}]}).values == {"block": [{name: UNKNOWN}]}


@pytest.mark.parametrize("text", ["variable", "a var.b", "{}", "$a", "(a)", "true", "aws.kms", "arn:aws:sqs:::a"])
def test_other_text_is_known(text):
    assert resource("aws_sqs_queue", {"name": [text]}).values == {"name": text}


def test_a_resource_has_its_address_where_checkov_tells_it():
    shown = resource("aws_sqs_queue", {"__address__": "module.a.aws_sqs_queue.b"})
    assert (shown.address, shown.kind, shown.place) == ("module.a.aws_sqs_queue.b", "aws_sqs_queue", "aws_sqs_queue")
    assert resource("aws_sqs_queue", {}).address == "aws_sqs_queue"
    assert resource("aws_sqs_queue", {"__address__": ["a.b"]}).address == "aws_sqs_queue"


@pytest.mark.parametrize(
    ("rule", "kind", "shown", "answer"),
    [
        ("DSQL001", "aws_dsql_cluster", {"deletion_protection_enabled": [True]}, True),
        ("DSQL001", "aws_dsql_cluster", {"deletion_protection_enabled": [False]}, False),
        ("DSQL001", "aws_dsql_cluster", {"deletion_protection_enabled": ["var.protected"]}, None),
        ("DSQL001", "aws_dsql_cluster", {"deletion_protection_enabled": ["often"]}, None),
    ],
)
def test_a_rule_is_kept_broken_or_not_known(rule, kind, shown, answer):
    assert kept(BY_ID[rule], kind, shown) is answer
