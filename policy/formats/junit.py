"""JUnit XML: a suite for each plan, a case for each rule that is kept and for each thing that a rule says.

GitLab, Jenkins and Azure show it beside the tests. What is unknown is a skipped case, never a passed one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from policy.evaluate import Outcome, Report
from policy.rule import Rule, Severity

# What XML 1.0 cannot hold, and an address of a broken plan may: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(reports: Sequence[Report]) -> str:
    """The reports as JUnit XML.

    Args:
        reports: one for each plan.
    """
    suites = Xml.Element("testsuites", name="dsql-policy")
    for report in reports:
        suite = Xml.SubElement(suites, "testsuite", name=_clean(report.name))
        said = {outcome.rule.id for outcome in report.outcomes}
        for rule in (rule for rule in report.rules if rule.id not in said):
            _case(suite, rule, rule.sentence)
        for outcome in report.outcomes:
            _outcome(suite, outcome)
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    Xml.indent(suites)
    return Xml.tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def _case(suite: Xml.Element, rule: Rule, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=rule.id, name=_clean(name))


def _outcome(suite: Xml.Element, outcome: Outcome) -> None:
    finding, rule = outcome.finding, outcome.rule
    case = _case(suite, rule, f"{finding.address}: {finding.message}")
    if outcome.excuse is not None:
        Xml.SubElement(case, "skipped", message=_clean(f"excepted: {outcome.excuse.reason}"))
    elif finding.unknown:
        Xml.SubElement(case, "skipped", message=_clean(finding.message))
    elif rule.severity is Severity.ADVICE:
        Xml.SubElement(case, "system-out").text = _clean(rule.cure)
    else:
        message = _clean(f"{finding.message}{f' ({outcome.note})' if outcome.note else ''}")
        failure = Xml.SubElement(case, "failure", type=rule.severity.value, message=message)
        failure.text = _clean(f"{rule.sentence}\n{rule.reason}\n{rule.cure}\n{rule.link}")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
