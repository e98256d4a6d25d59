"""Each format of one report that has all there can be, word by word."""

import datetime
import json
from xml.etree import ElementTree

import pytest

from policy.evaluate import Outcome, Report
from policy.excuses import Excuse
from policy.formats import json as as_json
from policy.formats import junit, sarif, text
from policy.rule import Finding, shown
from policy.rules import BY_ID

EXCUSE = Excuse("DSQL001", "a.excused", "a sandbox", datetime.date(2099, 1, 31))
UNUSED = Excuse("DSQL003", "a.none", "nothing", datetime.date(2099, 1, 31))
ERROR, OPEN, ADVICE = BY_ID["DSQL001"], BY_ID["DSQL040"], BY_ID["DSQL104"]
OUTCOMES = (
    Outcome(ERROR, Finding("a.broken", "is wrong"), note="its exception expired"),
    Outcome(ERROR, Finding("a.excused", "is wrong"), EXCUSE),
    Outcome(ADVICE, Finding("a.peering", "would be created")),
    Outcome(OPEN, Finding("a.one", "policy: unknown", unknown=True)),
    Outcome(OPEN, Finding("a.two", "policy: unknown", unknown=True)),
    Outcome(OPEN, Finding("a.three", "policy: unknown", unknown=True)),
    Outcome(OPEN, Finding("a.four", "role: unknown", unknown=True)),
    Outcome(OPEN, Finding("a.five", "role: unknown", unknown=True)),
    Outcome(OPEN, Finding("a.six", "name: unknown", unknown=True)),
)
REPORT = Report("a plan.json", OUTCOMES, (ERROR, OPEN, ADVICE, BY_ID["DSQL002"]), (UNUSED,))
QUIET = Report("quiet.json", (), (ERROR,))


def explained(rule):
    return [
        f"  rule: {rule.sentence}",
        f"  why:  {rule.reason}",
        f"  cure: {rule.cure}",
        f"  see:  {rule.link}",
    ]


def test_the_text_says_each_thing_once():
    assert text.render([REPORT, QUIET]).splitlines() == [
        "DSQL001 error: a.broken: is wrong (its exception expired)",
        *explained(ERROR),
        "DSQL104 advice: a.peering: would be created",
        *explained(ADVICE),
        "not known before the apply, so neither kept nor broken:",
        "  DSQL040 policy: unknown: a.one and 2 more",
        "  DSQL040 role: unknown: a.four and 1 more",
        "  DSQL040 name: unknown: a.six",
        "excepted:",
        "  DSQL001 a.excused: a sandbox (until 2099-01-31)",
        "exception without a finding, remove it: DSQL003 a.none",
        "a plan.json: 1 findings, 6 unknown, 1 excepted, 4 rules",
        "quiet.json: 0 findings, 0 unknown, 0 excepted, 1 rules",
    ]


def test_json_has_the_same_under_names_that_do_not_change():
    given = as_json.render([REPORT])
    (plan,) = json.loads(given)["plans"]
    addresses = {name: [one["address"] for one in plan[name]] for name in ("findings", "advice", "unknown", "excepted")}
    assert addresses == {
        "findings": ["a.broken"],
        "advice": ["a.peering"],
        "unknown": ["a.one", "a.two", "a.three", "a.four", "a.five", "a.six"],
        "excepted": ["a.excused"],
    }
    assert (plan["name"], plan["rules"]) == ("a plan.json", 4)
    assert plan["unused_exceptions"] == [{"id": "DSQL003", "address": "a.none"}]
    assert given.startswith('{\n  "plans": [')
    assert given.endswith("}\n")


def test_junit_has_a_case_for_each_rule_that_is_kept_and_for_each_thing_said():
    given = junit.render([REPORT, QUIET])
    suite, quiet = ElementTree.fromstring(given)
    assert suite.attrib == {"name": "a plan.json", "tests": "10", "failures": "1", "skipped": "7"}
    assert quiet.attrib == {"name": "quiet.json", "tests": "1", "failures": "0", "skipped": "0"}
    cases = [(case.get("name"), [(part.tag, part.get("message")) for part in case]) for case in suite]
    assert cases == [
        (BY_ID["DSQL002"].sentence, []),
        ("a.broken: is wrong", [("failure", "is wrong (its exception expired)")]),
        ("a.excused: is wrong", [("skipped", "excepted: a sandbox")]),
        ("a.peering: would be created", [("system-out", None)]),
        ("a.one: policy: unknown", [("skipped", "policy: unknown")]),
        ("a.two: policy: unknown", [("skipped", "policy: unknown")]),
        ("a.three: policy: unknown", [("skipped", "policy: unknown")]),
        ("a.four: role: unknown", [("skipped", "role: unknown")]),
        ("a.five: role: unknown", [("skipped", "role: unknown")]),
        ("a.six: name: unknown", [("skipped", "name: unknown")]),
    ]
    assert [part.text for part in suite.iter("system-out")] == [ADVICE.cure]
    assert [part.text for part in suite.iter("failure")] == [
        f"{ERROR.sentence}\n{ERROR.reason}\n{ERROR.cure}\n{ERROR.link}"
    ]
    assert given.startswith('<testsuites name="dsql-policy">\n')
    assert given.endswith("</testsuites>\n")


def test_a_failure_without_an_exception_says_nothing_of_one():
    broken = Report("a.json", (Outcome(ERROR, Finding("a.b", "is \x00 wrong")),), (ERROR,))
    assert '<failure type="error" message="is ? wrong">' in junit.render([broken])


def test_sarif_tells_plan_place_and_kind_of_each_result():
    given = sarif.render([REPORT])
    log = json.loads(given)
    found = [
        (one["kind"], one["level"], one["message"]["text"], one.get("suppressions", []))
        for one in log["runs"][0]["results"]
    ]
    suppression = {"kind": "external", "status": "accepted", "justification": "a sandbox (until 2099-01-31)"}
    assert found[:4] == [
        ("fail", "error", f"a.broken: is wrong (its exception expired). {ERROR.cure}", []),
        ("fail", "error", f"a.excused: is wrong. {ERROR.cure}", [suppression]),
        ("fail", "note", f"a.peering: would be created. {ADVICE.cure}", []),
        ("open", "none", f"a.one: policy: unknown. {OPEN.cure}", []),
    ]
    place = log["runs"][0]["results"][0]["locations"][0]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "a%20plan.json"}, "region": {"startLine": 1}}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "a.broken", "kind": "resource"}]
    fingerprints = [one["partialFingerprints"]["ruleAndAddress/v1"] for one in log["runs"][0]["results"]]
    assert fingerprints[0] == "DSQL001:a.broken:is wrong"
    assert given.startswith('{\n  "$schema": ')
    assert given.endswith("}\n")


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "not set"), (True, "true"), (False, "false"), (1, "1"), (0, "0"), ("a", '"a"'), (["a"], '["a"]')],
)
def test_a_value_is_shown_as_terraform_writes_it(value, words):
    assert shown(value) == words
