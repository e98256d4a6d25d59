"""For people: what, where, why, and how to cure it."""

from collections.abc import Sequence

from policy.evaluate import Outcome, Report


def render(reports: Sequence[Report]) -> str:
    """The reports as text.

    Args:
        reports: one for each plan.
    """
    return "\n".join(line for report in reports for line in _report(report)) + "\n"


def _report(report: Report) -> list[str]:
    lines = [line for outcome in report.findings for line in _finding(outcome)]
    lines += [line for outcome in report.advice for line in _finding(outcome)]
    if report.unknown:
        lines.append("not known before the apply, so neither kept nor broken:")
        lines += _unknown(report)
    if report.excepted:
        lines.append("excepted:")
        for one in report.excepted:
            if one.excuse is not None:
                lines.append(f"  {one.rule.id} {one.finding.address}: {one.excuse.reason} (until {one.excuse.expires})")
    lines += [f"exception without a finding, remove it: {one.id} {one.address}" for one in report.unused]
    counts = f"{len(report.findings)} findings, {len(report.unknown)} unknown, {len(report.excepted)} excepted"
    return [*lines, f"{report.name}: {counts}, {len(report.rules)} rules"]


def _unknown(report: Report) -> list[str]:
    """A line for each rule and question: a first plan asks the same of many resources."""
    addresses: dict[tuple[str, str], list[str]] = {}
    for one in report.unknown:
        addresses.setdefault((one.rule.id, one.finding.message), []).append(one.finding.address)
    more = {key: f" and {len(found) - 1} more" if len(found) > 1 else "" for key, found in addresses.items()}
    return [f"  {rule} {message}: {found[0]}{more[rule, message]}" for (rule, message), found in addresses.items()]


def _finding(outcome: Outcome) -> list[str]:
    rule = outcome.rule
    note = f" ({outcome.note})" if outcome.note else ""
    return [
        f"{rule.id} {rule.severity.value}: {outcome.finding.address}: {outcome.finding.message}{note}",
        f"  rule: {rule.sentence}",
        f"  why:  {rule.reason}",
        f"  cure: {rule.cure}",
        f"  see:  {rule.link}",
    ]
