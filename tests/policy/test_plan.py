"""Reading a plan: which of its resources count, in which Region they are, and which one a reference names."""

import json

import pytest

from policy.errors import PolicyError
from policy.plan import Plan, load

from .small import document, resource

QUEUE, TARGET, KIND = "aws_sqs_queue.one", "aws_cloudwatch_event_target.one", "aws_sqs_queue"


def plan(*resources, **more):
    return Plan(document(*resources, **more))


@pytest.mark.parametrize(
    ("actions", "stays", "lost"),
    [
        (["create"], True, False),
        (["no-op"], True, False),
        (["delete"], False, True),
        (["forget"], False, False),
        (["delete", "create"], True, True),
        (["create", "delete"], True, True),
        (["create", "forget"], True, False),
    ],
)
def test_what_is_deleted_or_forgotten_does_not_stay(actions, stays, lost):
    found = plan(resource(QUEUE, {}, actions=actions, before={}))
    assert (bool(list(found.of(KIND))), bool(list(found.lost(KIND)))) == (stays, lost)
    assert bool(found.instances(frozenset([QUEUE]))) is stays


def test_a_data_source_and_a_deposed_object_are_no_resources_of_the_plan():
    data, deposed = resource(QUEUE, {}), resource(QUEUE, {})
    data["mode"], deposed["deposed"] = "data", "0123abcd"
    assert plan(data, deposed).resources == []
    assert [one.address for one in plan(data, resource(QUEUE, {})).resources] == [QUEUE]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"after": []}, r"resource_changes\[0\]\.change\.after: expected an object, got \[\]"),
        ({"actions": []}, r"resource_changes\[0\]\.change\.actions: expected a list of actions, got \[\]"),
        ({"actions": None}, r"resource_changes\[0\]\.change\.actions: expected a list of actions, got None"),
        ({"after": {"region": 5}}, r"resource_changes\[0\]\.change\.after\.region: expected a string, got 5"),
    ],
)
def test_a_change_that_no_terraform_writes_is_an_error_with_its_place(change, message):
    given = resource(QUEUE, {})
    given["change"].update(change)
    with pytest.raises(PolicyError, match=f"^{message}$"):
        plan(given)


def region(*, key="aws.east", providers=None, after=None, **more):
    given = resource(QUEUE, after or {}, **more)
    if given["block"] is not None:
        given["block"][1]["provider_config_key"] = key
    made = document(given)
    made["configuration"]["provider_config"] = {
        name: {"expressions": {"region": expression}} for name, expression in (providers or {}).items()
    }
    (found,) = Plan(made).resources
    return found.region


EAST, WEST = {"constant_value": "us-east-1"}, {"constant_value": "us-west-2"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"providers": {"aws.east": EAST}}, "us-east-1"),
        ({"providers": {"aws.east": EAST}, "configured": False}, None),
        ({"providers": {"aws.east": EAST}, "configured": False, "after": {"region": "us-west-2"}}, "us-west-2"),
        ({"providers": {"aws.east": EAST}, "after_unknown": {"region": True}}, "us-east-1"),
        ({"providers": {"aws.west": WEST}}, None),
        ({"providers": {"aws.east": {}}}, None),
        ({"key": "module.a:aws.east", "providers": {"module.a:aws.east": EAST, "aws.east": WEST}}, "us-east-1"),
        ({"key": "module.a:aws.east", "providers": {"aws.east": WEST}}, "us-west-2"),
        ({"providers": {"aws.east": {"constant_value": 5}}}, None),
        ({"providers": {"aws.east": {"constant_value": "${var.region}"}}}, None),
    ],
)
def test_a_region_is_that_of_the_provider_which_the_block_names(given, expected):
    assert region(**given) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [(["var.region"], "eu-west-1"), (["var.region", "var.other"], None), (["var.none"], None), (["data.region"], None)],
)
def test_a_region_of_one_variable_is_known_by_its_value(named, expected):
    given = document(
        resource(QUEUE, {}, region=None), providers={"aws.None": {"expressions": {"region": {"references": named}}}}
    )
    (found,) = Plan(
        given | {"variables": {"region": {"value": "eu-west-1"}, "other": {"value": "eu-west-2"}}}
    ).resources
    assert found.region == expected


def referred(target, *queues, **more):
    made = plan(target, *queues, **more)
    (user,) = made.of("aws_cloudwatch_event_target")
    return [one.address for one in made.referred(user, "arn", KIND)]


def naming(*named, address=TARGET, **more):
    return resource(address, {}, refers={"arn": list(named)}, **more)


KEYED = [resource(f'{QUEUE}["{key}"]', {}) for key in "ab"]
COUNTED = [resource(f"{QUEUE}[{number}]", {}) for number in (0, 1)]
MORE = resource(f'{QUEUE}_more["b"]', {})
EACH = f'{TARGET}["b"]'


@pytest.mark.parametrize(
    ("target", "queues", "expected"),
    [
        (naming(QUEUE), [resource(QUEUE, {})], [QUEUE]),
        (naming(f'{QUEUE}["a"].arn', f'{QUEUE}["a"]', QUEUE), KEYED, [f'{QUEUE}["a"]']),
        (naming(f"{QUEUE}[1].arn", f"{QUEUE}[1]", QUEUE), COUNTED, [f"{QUEUE}[1]"]),
        (naming(QUEUE, "each.key", address=EACH), [resource(QUEUE, {})], [QUEUE]),
        (naming(QUEUE), KEYED, [f'{QUEUE}["a"]', f'{QUEUE}["b"]']),
        (naming(QUEUE, "each.key", address=EACH), KEYED, [f'{QUEUE}["b"]']),
        (naming(QUEUE, "each.value", address=EACH), KEYED, [f'{QUEUE}["a"]', f'{QUEUE}["b"]']),
        (naming(QUEUE, "count.index", address=f"{TARGET}[0]"), COUNTED, [f"{QUEUE}[0]"]),
        (naming(f'{QUEUE}["a"].arn', "each.key", address=EACH), KEYED, [f'{QUEUE}["a"]']),
        (naming(f"{QUEUE}_more", f'{QUEUE}["a"]'), [*KEYED, MORE], [f'{QUEUE}["a"]', f'{QUEUE}_more["b"]']),
        (naming(QUEUE, configured=False), [resource(QUEUE, {})], []),
        (naming("aws_sns_topic.one"), [resource("aws_sns_topic.one", {})], []),
    ],
)  # fmt: skip
def test_a_reference_names_an_instance_by_its_key_by_the_users_own_or_all(target, queues, expected):
    assert referred(target, *queues) == expected


def test_what_another_argument_names_is_kept_apart():
    made = plan(resource(TARGET, {}, refers={"arn": [QUEUE], "role_arn": ["aws_iam_role.one"]}), resource(QUEUE, {}))
    (user,) = made.of("aws_cloudwatch_event_target")
    for _ in range(2):
        assert [one.address for one in made.referred(user, "arn", KIND)] == [QUEUE]
        assert made.referred(user, "role_arn", KIND) == []
        assert made.referred(user, "arn", "aws_iam_role") == []


def test_a_reference_in_a_module_that_is_called_twice_stays_in_its_call():
    calls = [resource(f'module.a["{key}"].{QUEUE}', {}) for key in "xy"]
    target = naming(QUEUE, address=f'module.a["y"].{TARGET}')
    assert referred(target, *calls) == [f'module.a["y"].{QUEUE}']


def test_a_reference_into_another_module_names_all_its_instances():
    inside = [resource(f'module.a.{QUEUE}["{key}"]', {}) for key in "ab"]
    outputs = {"a": {"module": {"outputs": {"queues": {"expression": {"references": [QUEUE]}}}}}}
    given = document(naming("module.a.queues", "module.a", "each.key", address=EACH), *inside)
    given["configuration"]["root_module"]["module_calls"]["a"]["module"].update(outputs["a"]["module"])
    made = Plan(given)
    (user,) = made.of("aws_cloudwatch_event_target")
    assert [one.address for one in made.referred(user, "arn", KIND)] == [one["address"] for one in inside]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"format_version": "1.2", "configuration": {}, "values": {}}, "this is a state, not a plan"),
        ({"format_version": "1.2", "configuration": {}, "values": {}, "resource_changes": []}, None),
        ({"format_version": "1.2"}, "this is no plan"),
        ({"configuration": {}}, "this is no plan"),
        ({"format_version": "0.2", "configuration": {}}, "format_version: expected version 1.x"),
        ({"format_version": "1.2", "configuration": {}, "errored": True}, "errored: this plan failed half-way"),
        ({"format_version": "1.2", "configuration": {}, "errored": False}, None),
        ({"format_version": "1.2", "configuration": {}}, None),
    ],
)
def test_what_is_no_plan_is_refused_with_the_cure(document, said):
    if said is None:
        assert Plan(document).resources == []
    else:
        with pytest.raises(PolicyError, match=f"^{said}"):
            Plan(document)


def test_a_file_gives_its_name_and_the_environment_of_whoever_applies_it(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document()))
    found = load(file, {"TF_CLI_ARGS": "-parallelism=1"})
    assert (found.name, found.environment) == (str(file), {"TF_CLI_ARGS": "-parallelism=1"})
    assert load(file).environment == {}


def test_an_error_in_a_long_file_names_line_and_column(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text('{\n  "format_version": ]')
    with pytest.raises(PolicyError, match=r"plan\.json: line 2, column 21: no JSON here"):
        load(file)
