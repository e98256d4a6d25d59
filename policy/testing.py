"""For test suites of others: assert that a plan keeps the rules. Needs no test framework; fails with the report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from policy import excuses
from policy import plan as plans
from policy.evaluate import Report, evaluate
from policy.formats import text
from policy.rule import Rule
from policy.rules import ALL, BY_ID


def rules(*ids: str) -> tuple[Rule, ...]:
    """Rules by id; all where none is given.

    Args:
        ids: such as `DSQL001`.

    Raises:
        ValueError: there is no such rule.
    """
    strange = [one for one in ids if one not in BY_ID]
    if strange:
        raise ValueError(f"there is no rule {', '.join(strange)}; docs/policies.md has them all")
    return tuple(BY_ID[one] for one in ids) or ALL


def report(
    plan: Path | str | Mapping[str, Any],
    asked: Sequence[Rule] = ALL,
    *,
    exceptions: Path | None = None,
    today: datetime.date | None = None,
) -> Report:
    """What the rules say about a plan.

    Args:
        plan: a file, or the document that `terraform show -json` prints.
        asked: the rules to ask.
        exceptions: file of exceptions.
        today: against which they expire; None takes the machine's day.

    Raises:
        PolicyError: the plan or the exceptions cannot be read.
    """
    read = plans.load(Path(plan)) if isinstance(plan, Path | str) else plans.Plan(plan)
    declared = excuses.load(exceptions) if exceptions else []
    return evaluate(read, declared, today=today, rules=asked)


def assert_kept(
    plan: Path | str | Mapping[str, Any],
    asked: Sequence[Rule] = ALL,
    *,
    exceptions: Path | None = None,
    strict: bool = False,
) -> None:
    """Assert that a plan breaks no rule.

    Args:
        plan: a file, or the document that `terraform show -json` prints.
        asked: the rules to ask.
        exceptions: file of exceptions.
        strict: whether what is unknown until apply fails too.

    Raises:
        AssertionError: it breaks one; the message is the report.
        PolicyError: the plan or the exceptions cannot be read.
    """
    found = report(plan, asked, exceptions=exceptions)
    if found.findings or (strict and found.unknown):
        raise AssertionError(text.render([found]))
