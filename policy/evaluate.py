"""All rules on a plan: what breaks them, what cannot be told yet, and what is excepted."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from policy.excuses import Excuse
from policy.plan import Plan
from policy.rule import Finding, Rule, Severity
from policy.rules import ALL


@dataclass(frozen=True)
class Outcome:
    """What a rule said about a resource.

    Args:
        rule: the rule.
        finding: what it said.
        excuse: what excuses it; None where nothing does.
        note: why an exception that names it does not excuse it; empty where none does.
    """

    rule: Rule
    finding: Finding
    excuse: Excuse | None = None
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What came out.

    Args:
        name: of the plan.
        outcomes: in the order of the rules.
        rules: those that were asked.
        unused: exceptions that excuse nothing.
    """

    name: str
    outcomes: tuple[Outcome, ...]
    rules: tuple[Rule, ...] = ALL
    unused: tuple[Excuse, ...] = field(default=())

    def _those(self, *, unknown: bool, advice: bool = False) -> list[Outcome]:
        return [
            one
            for one in self.outcomes
            if one.excuse is None
            and one.finding.unknown == unknown
            and (one.rule.severity is Severity.ADVICE) == advice
        ]

    @property
    def findings(self) -> list[Outcome]:
        """What fails the gate."""
        return self._those(unknown=False)

    @property
    def unknown(self) -> list[Outcome]:
        """What the plan does not tell; no rule takes it for kept."""
        return self._those(unknown=True)

    @property
    def advice(self) -> list[Outcome]:
        """What is worth a thought, and never fails."""
        return self._those(unknown=False, advice=True)

    @property
    def excepted(self) -> list[Outcome]:
        """What an exception excuses."""
        return [one for one in self.outcomes if one.excuse is not None]


def evaluate(
    plan: Plan, exceptions: Sequence[Excuse] = (), *, today: datetime.date | None = None, rules: Sequence[Rule] = ALL
) -> Report:
    """Ask the rules about a plan.

    Args:
        plan: any plan.
        exceptions: what the owner of the plan has declared.
        today: against which an exception expires; None takes the machine's day.
        rules: those to ask.

    Raises:
        PolicyError: a value has a type that Terraform never gives it; the message names the place.
    """
    day = today or datetime.datetime.now(datetime.UTC).date()
    outcomes: list[Outcome] = []
    used: set[Excuse] = set()
    for rule in rules:
        for finding in dict.fromkeys(rule.find(plan)):
            named = [one for one in exceptions if one.names(rule.id, finding.address)]
            if not named:
                outcomes.append(Outcome(rule, finding))
                continue
            # One that has expired, or is too wide to count, stands in the way of no other.
            exception = next((one for one in named if not one.refusal(rule, day)), named[0])
            used.add(exception)
            refused = exception.refusal(rule, day)
            outcomes.append(Outcome(rule, finding, None if refused else exception, refused))
    unused = tuple(one for one in exceptions if one not in used)
    return Report(plan.name, tuple(outcomes), tuple(rules), unused)
