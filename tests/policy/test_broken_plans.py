"""Broken and foreign plans: a report, or an error that names the place; never a traceback.

Foreign is what other providers, other tools and other releases of Terraform write: types that no rule knows, our types
with arguments that we do not know, and plans without what ours always have.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.__main__ import main
from policy.errors import PolicyError
from policy.evaluate import evaluate
from policy.formats import FORMATS
from policy.plan import Plan
from policy.rules import ALL

from .mistakes import Edited

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FAST = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
WHOLE = settings(FAST, max_examples=25)  # a look at a whole plan takes a quarter of a second; each run takes other ones


def check(document):
    """Ask all rules; returns the error's words, or none."""
    try:
        report = evaluate(Plan(document))
    except PolicyError as error:
        return str(error)
    for render in FORMATS.values():
        render([report])
    return ""


@pytest.fixture(scope="module")
def whole(examples):
    """A real plan as text, and every place in its parts that rules read."""
    document = examples["complete-provider"]
    read = {part: document[part] for part in ("resource_changes", "configuration")}
    return json.dumps(document), [path for path in places(read) if path]


def places(value, path=()):
    """Every place in a document."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


@FAST
@given(JSON)
def test_any_json_is_checked_or_refused(document):
    check(document)


@FAST
@given(st.fixed_dictionaries({"format_version": st.just("1.2"), "configuration": JSON, "resource_changes": JSON}))
def test_any_json_in_a_plans_frame_is_checked_or_refused(document):
    check(document)


@WHOLE
@given(st.data())
def test_any_value_in_any_place_of_a_real_plan_is_checked_or_refused(whole, data):
    """The error, where there is one, names a place that leads to the wrong value."""
    text, found = whole
    document = json.loads(text)
    path = data.draw(st.sampled_from(found))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON)
    said = check(document)
    assert said == "" or ":" in said


@WHOLE
@given(st.data())
def test_anything_may_be_missing_from_a_real_plan(whole, data):
    text, found = whole
    document = json.loads(text)
    for path in data.draw(st.lists(st.sampled_from(found), min_size=1, max_size=4)):
        inner = document
        try:
            for key in path[:-1]:
                inner = inner[key]
            del inner[path[-1]]
        except (KeyError, IndexError, TypeError):  # gone with one before it
            continue
    said = check(document)
    assert said == "" or ":" in said


KNOWN = sorted({kind for rule in ALL for kind in rule.on} | {"aws_dsql_cluster_peering", "aws_iam_role_policy"})
NAMES = st.text("abc_", min_size=1, max_size=6)
ACTIONS = st.lists(st.sampled_from(["create", "delete", "forget", "no-op", "read", "update"]), max_size=2)
CHANGE = st.fixed_dictionaries(
    {
        "address": st.one_of(NAMES, st.from_regex(r"\A(module\.[a-c]+(\[\"?x\"?\])?\.)*[a-z_]+\.[a-z]+\Z")),
        "type": st.sampled_from([*KNOWN, "azurerm_resource_group", "google_sql_database_instance", "null_resource"]),
        "name": NAMES,
        "mode": st.sampled_from(["managed", "data"]),
        "change": st.fixed_dictionaries(
            {
                "actions": ACTIONS,
                "before": st.none() | st.dictionaries(NAMES, JSON, max_size=3),
                "after": st.none() | st.dictionaries(NAMES, JSON, max_size=3),
            },
            optional={"after_unknown": JSON, "after_sensitive": JSON, "importing": st.just({"id": "a"})},
        ),
    },
    optional={"provider_name": NAMES, "index": st.integers() | NAMES, "module_address": NAMES, "deposed": NAMES},
)


@FAST
@given(
    st.lists(CHANGE, max_size=5),
    st.sampled_from(["0.2", "1.0", "1.2", "1.99"]),
    st.just({}) | st.dictionaries(NAMES, JSON),
)
def test_a_plan_of_other_providers_and_releases_is_checked_or_refused(changes, version, configuration):
    root = {"root_module": {"module_calls": {name: {"module": value} for name, value in configuration.items()}}}
    said = check({"format_version": version, "configuration": root, "resource_changes": changes})
    assert said == "" or ":" in said or "version" in said


@FAST
@given(st.floats(0, 0.999))
def test_a_file_that_was_cut_off_is_an_error_that_names_the_line(examples, tmp_path, capsys, share):
    whole = json.dumps(examples["minimal"])
    file = tmp_path / "cut.json"
    file.write_text(whole[: int(len(whole) * share)])
    assert main([str(file)]) == 2
    assert f"error: {file}: line 1, column " in capsys.readouterr().err


@pytest.mark.parametrize("pattern", ["{", "[]", "5"])
def test_an_event_pattern_that_is_no_object_is_an_error_with_its_place(examples, pattern):
    edited = Edited(examples["complete"])
    edited.set("aws_cloudwatch_event_rule.forward_primary", event_pattern=pattern)
    assert check(edited.document).endswith(f".event_pattern: expected a JSON object, got {pattern!r}")


def test_a_pattern_may_tell_the_own_region_by_a_field_of_the_event(examples):
    edited = Edited(examples["complete"])
    pattern = json.dumps({"detail": {"origin": ["us-east-1"]}})
    edited.set("aws_cloudwatch_event_rule.forward_primary", event_pattern=pattern)
    assert [one for one in evaluate(Plan(edited.document)).findings if one.rule.id == "DSQL050"] == []
