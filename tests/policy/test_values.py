"""A value is known, absent, unknown or of a type that no plan has; the last is an error that names its place."""

import json

import pytest

from policy.configuration import Configuration
from policy.errors import PolicyError
from policy.iam import statements
from policy.plan import Plan, Resource
from policy.shape import Node
from policy.values import UNKNOWN, blocks, merge


@pytest.mark.parametrize(
    ("after", "unknown", "merged"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": True}, {"a": 1, "b": UNKNOWN}),
        ({"a": {"b": 1}}, {"a": {"c": True}}, {"a": {"b": 1, "c": UNKNOWN}}),
        ({"a": [{"b": 1}]}, {"a": [{"b": False}, {"b": True}]}, {"a": [{"b": 1}, {"b": UNKNOWN}]}),
        ({"a": [1, 2]}, {"a": [True]}, {"a": [UNKNOWN, 2]}),
        ({"a": [1]}, {"a": [False, True]}, {"a": [1, UNKNOWN]}),
        ({"a": None}, {"a": [True]}, {"a": [UNKNOWN]}),
        ({"a": None}, {"a": {"b": True}}, {"a": {"b": UNKNOWN}}),
        ({"a": None}, {"a": False}, {"a": None}),
        ({"a": None}, {"a": {}}, {"a": None}),
        ({"a": None}, {"a": []}, {"a": None}),
        (None, True, UNKNOWN),
    ],
)
def test_what_the_apply_fills_is_unknown_in_its_place(after, unknown, merged):
    assert merge(Node(after, "after"), unknown) == merged


@pytest.mark.parametrize(
    ("after", "unknown", "place"),
    [
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{}, {"b": {"c": True}}]}, r"after\.a\[1\]\.b: expected an object, got 2"),
        ({"a": 5}, {"a": [True]}, r"after\.a: expected a list, got 5"),
    ],
)
def test_a_value_that_has_not_the_shape_of_its_unknown_parts_is_an_error_with_its_place(after, unknown, place):
    with pytest.raises(PolicyError, match=f"^{place}$"):
        merge(Node(after, "after"), unknown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a" * 58, "'" + "a" * 58 + "'"), ("a" * 59, "'" + "a" * 59 + "..."), (None, "None")],
)
def test_an_error_shows_the_beginning_of_a_long_value(value, shown):
    assert str(Node(value, "").wrong("a list")) == f"the document: expected a list, got {shown}"


def test_members_and_items_know_their_place():
    top = Node({"a": [{"b": 1}, 2]}, "")
    assert [(name, node.place) for name, node in top.members()] == [("a", "a")]
    assert [node.place for node in top.get("a").items()] == ["a[0]", "a[1]"]
    assert [one.get("b").place for one in list(top.get("a").items())[:1]] == ["a[0].b"]
    assert (list(Node(None, "").items()), Node(None, "").object(), top.get("c").value) == ([], {}, None)


@pytest.mark.parametrize("read", ["text", "object", "items", "texts"])
def test_a_value_of_another_type_is_an_error(read):
    with pytest.raises(PolicyError, match=r"^a: expected (a string|an object|a list), got 5$"):
        list(getattr(Node(5, "a"), read)())


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, []), ([], []), ({"a": 1}, [{"a": 1}]), ([{"a": 1}], [{"a": 1}]), (UNKNOWN, UNKNOWN), ([UNKNOWN], UNKNOWN)],
)
def test_a_nested_block_is_a_list_of_objects(value, found):
    assert blocks(value, "after.b") == found


@pytest.mark.parametrize(
    ("value", "said"),
    [("text", r"after\.b: expected a list of blocks, got 'text'"), ([1], r"after\.b\[0\]: expected an object, got 1")],
)
def test_what_is_no_block_is_an_error_with_its_place(value, said):
    with pytest.raises(PolicyError, match=said):
        blocks(value, "after.b")


@pytest.mark.parametrize(
    ("read", "good", "wrong", "expected"),
    [
        ("text", "words", 5, "a string"),
        ("number", 5, "5", "a number"),
        ("number", 0.5, True, "a number"),
        ("flag", False, "false", "true or false"),
    ],
)
def test_an_argument_has_its_type_or_is_an_error_with_its_place(read, good, wrong, expected):
    def given(value):
        return getattr(Resource("a.b", "a", values={"argument": value}, place="changes[0].after"), read)("argument")

    assert [given(value) for value in (good, None, UNKNOWN)] == [good, None, UNKNOWN]
    with pytest.raises(PolicyError, match=rf"^changes\[0\]\.after\.argument: expected {expected}, got "):
        given(wrong)


def test_blocks_in_an_unknown_block_are_unknown():
    unknown = Resource("a.b", "a", values={"outer": [{"inner": UNKNOWN}]})
    assert unknown.blocks("outer", "inner") is UNKNOWN
    several = Resource("a.b", "a", values={"outer": [{"inner": [{"c": 1}]}, {"inner": [{"c": 2}]}]})
    assert several.blocks("outer", "inner") == [{"c": 1}, {"c": 2}]


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_a_policy_that_is_no_json_is_an_error_with_its_place_and_its_beginning(text):
    with pytest.raises(PolicyError) as error:
        statements(text, "after.policy")
    assert str(error.value) == f"after.policy: expected a policy document in JSON, got {text[:60]!r}"


@pytest.mark.parametrize(
    ("written", "allows", "resources"),
    [
        ({"Effect": "Allow", "Resource": "a"}, True, ("a",)),
        ({"Effect": "Allow", "Resource": ["a", "b"]}, True, ("a", "b")),
        ({"Effect": "Deny", "Resource": "a"}, False, ("a",)),
        ({"Effect": "Allow", "NotResource": "a"}, True, ("*",)),
        ({}, False, ()),
    ],
)
def test_a_document_of_one_statement_or_of_several_is_read(written, allows, resources):
    for document in ({"Statement": written}, {"Statement": [written]}, {"Statement": [{}, written]}):
        *_, found = statements(json.dumps(document), "policy")
        assert (found.allows, found.resources, found.actions, found.principals) == (allows, resources, (), ())


@pytest.mark.parametrize(
    ("action", "covered"),
    [("dsql:DbConnect", True), ("DSQL:DBCONNECT*", True), ("dsql:*", True), ("*", True), ("dsql:Get*", False)],
)
def test_an_action_is_covered_by_its_name_or_a_pattern_in_any_case(action, covered):
    statement = {"Effect": "Allow", "Action": ["sqs:SendMessage", action]}
    (found,) = statements(json.dumps({"Statement": statement}), "policy")
    assert (found.covers("dsql:DbConnect"), found.covers("sqs:sendmessage")) == (covered, True)


@pytest.mark.parametrize(
    ("written", "principals", "everyone"),
    [
        ('"Principal": "*"', (("*", "*"),), True),
        ('"Principal": {"AWS": ["*", "arn:aws:iam::1:root"]}', (("AWS", "*"), ("AWS", "arn:aws:iam::1:root")), True),
        ('"Principal": {"Service": "*"}', (("Service", "*"),), False),
        ('"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}', (("*", "*"),), True),
        ('"Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}', (("*", "*"),), False),
    ],
)
def test_a_statement_is_for_everyone_unless_something_limits_it(written, principals, everyone):
    (statement,) = statements(f'{{"Statement": {{"Effect": "Allow", "Action": "a:B", {written}}}}}', "policy")
    assert (statement.principals, statement.is_for_everyone) == (principals, everyone)


def test_what_a_statement_does_not_name_is_everything():
    (statement,) = statements('{"Statement": {"Effect": "Allow", "NotAction": "a:B", "NotResource": "arn"}}', "policy")
    assert (statement.actions, statement.resources, statement.covers("dsql:DbConnect")) == (("*",), ("*",), True)


def expression(*named):
    return {"references": list(named)}


CHILD = {
    "outputs": {
        "cluster": {"expression": expression("aws_dsql_cluster.one.arn", "aws_dsql_cluster.one")},
        "key": {"expression": expression("aws_kms_key.one")},
    },
    "resources": [{"address": "aws_dsql_cluster.one"}, {"address": "aws_kms_key.one"}],
}


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["module.child.cluster", "module.child"], {"module.child.aws_dsql_cluster.one"}),
        (["module.child"], {"module.child.aws_dsql_cluster.one", "module.child.aws_kms_key.one"}),
        (["module.child.nothing", "module.child"], set()),
        (["module.stranger.cluster"], set()),
        (["aws_sqs_queue.one[0].arn", "aws_sqs_queue.one[0]", "aws_sqs_queue.one"], {"aws_sqs_queue.one"}),
        (["aws_sqs_queue.stranger"], set()),
    ],
)
def test_a_reference_leads_down_through_an_output(named, found):
    root = {"module_calls": {"child": {"module": CHILD}}, "resources": [{"address": "aws_sqs_queue.one"}]}
    configuration = Configuration(Node({"root_module": root}, "configuration"))
    assert configuration.follow("", named).blocks == found


def test_a_region_is_that_of_the_resource_then_of_its_provider_then_of_a_variable():
    """Version 6 of the provider gives each resource a `region`."""

    def region(after, provider):
        (found,) = Plan(
            {
                "format_version": "1.2",
                "variables": {"where": {"value": "eu-west-1"}},
                "configuration": {
                    "provider_config": {"aws": {"expressions": {"region": provider}}},
                    "root_module": {"resources": [{"address": "aws_sqs_queue.one", "provider_config_key": "aws"}]},
                },
                "resource_changes": [
                    {
                        "address": "aws_sqs_queue.one",
                        "mode": "managed",
                        "type": "aws_sqs_queue",
                        "change": {"actions": ["create"], "after": after},
                    }
                ],
            }
        ).resources
        return found.region

    constant = {"constant_value": "us-east-1"}
    assert region({"region": "us-west-2"}, constant) == "us-west-2"
    assert region({}, constant) == "us-east-1"
    assert region({}, expression("var.where")) == "eu-west-1"
    assert region({}, expression("var.elsewhere")) is None
    assert region({}, expression("local.where")) is None
