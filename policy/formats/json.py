"""For programs: one object, whose names do not change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from policy.evaluate import Outcome, Report


def render(reports: Sequence[Report]) -> str:
    """The reports as JSON: `{"plans": [{"name", "findings", "advice", "unknown", "excepted", "unused_exceptions"}]}`.

    Args:
        reports: one for each plan.
    """
    return json.dumps({"plans": [_report(report) for report in reports]}, indent=2) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "rules": len(report.rules),
        "findings": [_outcome(one) for one in report.findings],
        "advice": [_outcome(one) for one in report.advice],
        "unknown": [_outcome(one) for one in report.unknown],
        "excepted": [_outcome(one) for one in report.excepted],
        "unused_exceptions": [{"id": one.id, "address": one.address} for one in report.unused],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    rule = outcome.rule
    told: dict[str, Any] = {
        "id": rule.id,
        "severity": rule.severity.value,
        "address": outcome.finding.address,
        "message": outcome.finding.message,
        "sentence": rule.sentence,
        "reason": rule.reason,
        "cure": rule.cure,
        "link": rule.link,
    }
    if outcome.note:
        told["note"] = outcome.note
    if outcome.excuse is not None:
        told["exception"] = {"reason": outcome.excuse.reason, "expires": outcome.excuse.expires.isoformat()}
    return told
