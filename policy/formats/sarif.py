"""SARIF 2.1.0, which GitHub code scanning and GitLab take: https://docs.oasis-open.org/sarif/sarif/v2.1.0/

A finding has the kind `fail`, what is unknown the kind `open` (the tool had not enough information), and what is
excepted a `suppression` with its reason. A plan has no lines, so that the resource is a logical location.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from policy.evaluate import Outcome, Report
from policy.rule import Rule, Severity
from policy.rules import ALL

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.ADVICE: "note",
}
# What GitHub sorts alerts by: https://docs.github.com/en/code-security/code-scanning/sarif-support-for-code-scanning
_SCORES = {Severity.CRITICAL: "9.5", Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.ADVICE: "1.0"}


def render(reports: Sequence[Report]) -> str:
    """The reports as one SARIF log.

    Args:
        reports: one for each plan.
    """
    driver = {"name": "dsql-policy", "rules": [_rule(rule) for rule in ALL]}
    results = [_result(report.name, outcome) for report in reports for outcome in report.outcomes]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(log, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.check.__name__.split("_")),
        "shortDescription": {"text": rule.sentence},
        "fullDescription": {"text": rule.reason},
        "help": {"text": rule.cure},
        "helpUri": rule.link,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"security-severity": _SCORES[rule.severity], "tags": ["security", "aurora-dsql"]},
    }


def _result(name: str, outcome: Outcome) -> dict[str, Any]:
    finding, rule = outcome.finding, outcome.rule
    note = f" ({outcome.note})" if outcome.note else ""
    result: dict[str, Any] = {
        "ruleId": rule.id,
        "ruleIndex": [one.id for one in ALL].index(rule.id),
        "kind": "open" if finding.unknown else "fail",
        "level": "none" if finding.unknown else _LEVELS[rule.severity],
        "message": {"text": f"{finding.address}: {finding.message}{note}. {rule.cure}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(PurePath(name).as_posix())},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.address, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"ruleAndAddress/v1": f"{rule.id}:{finding.address}:{finding.message}"},
    }
    if outcome.excuse is not None:
        justification = f"{outcome.excuse.reason} (until {outcome.excuse.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": justification}]
    return result
