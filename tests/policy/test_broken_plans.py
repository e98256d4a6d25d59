"""Broken and foreign plans: a report, or an error that names the place; never a traceback."""

import functools
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.errors import PolicyError
from policy.evaluate import evaluate
from policy.formats import FORMATS
from policy.plan import Plan

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FAST = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


def check(document):
    """Ask all rules; returns the error's words, or none."""
    try:
        report = evaluate(Plan(document))
    except PolicyError as error:
        return str(error)
    for render in FORMATS.values():
        render([report])
    return ""


@functools.cache
def _places(text):
    return [path for path in places(json.loads(text)) if path]


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


@FAST
@given(st.data())
def test_any_value_in_any_place_of_a_real_plan_is_checked_or_refused(examples, data):
    """The error, where there is one, names a place that leads to the wrong value."""
    document = json.loads(json.dumps(examples["complete-provider"]))
    kept = ("resource_changes", "configuration")
    found = _places(json.dumps({part: document[part] for part in kept}))
    path = data.draw(st.sampled_from(found))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JSON)
    said = check(document)
    assert said == "" or ":" in said
