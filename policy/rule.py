"""What a rule is: one sentence with a stable id, and a check that yields what breaks it or cannot be told yet."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from policy.plan import Plan, Resource
from policy.values import UNKNOWN, Unknown


class Severity(enum.Enum):
    """How bad it is; `advice` never fails a gate, and an exception to `critical` must name one resource."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """What a check says about one resource.

    Args:
        address: of the resource; of a module or of the root (`root`) where something is missing there.
        message: what is wrong, with the value that was found; or what is not known.
        unknown: whether the plan does not tell yet.
    """

    address: str
    message: str
    unknown: bool = False


Check = Callable[..., Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule.

    Args:
        id: stable name, used by exceptions.
        severity: how bad it is.
        sentence: what holds where the rule is kept.
        reason: what happens where it is not.
        link: the page of AWS, or of Terraform, that says so.
        cure: what to do.
        check: yields the findings, of a plan or of one resource.
        on: resource types, for a check that looks at one resource alone; empty for one of the whole plan.
        misses: whether it says that something is not there, which a plan of some resources alone does not tell.
    """

    id: str
    severity: Severity
    sentence: str
    reason: str
    link: str
    cure: str
    check: Check
    on: tuple[str, ...] = ()
    misses: bool = False

    def find(self, plan: Plan) -> Iterator[Finding]:
        """What this rule says about a plan.

        Args:
            plan: any plan.
        """
        asked = plan.of(*self.on) if self.on else (plan,)
        for finding in (found for one in asked for found in self.check(one)):
            if self.misses and not plan.is_complete and not finding.unknown:
                yield replace(finding, message=f"{finding.message}, in a plan that is not complete", unknown=True)
            else:
                yield finding


def rule(
    id: str,  # noqa: A002 - the word that users write in their exceptions
    severity: Severity,
    *,
    reason: str,
    link: str,
    cure: str,
    on: tuple[str, ...] = (),
    misses: bool = False,
) -> Callable[[Check], Rule]:
    """Make a rule of a check, whose docstring is the sentence.

    Args:
        id: stable name.
        severity: how bad it is.
        reason: what happens where it is not kept.
        link: the page that says so.
        cure: what to do.
        on: resource types of a check that looks at one resource alone.
        misses: whether it says that something is not there.
    """

    def made(check: Check) -> Rule:
        return Rule(id, severity, (check.__doc__ or "").strip(), reason, link, cure, check, on, misses)

    return made


def broken(where: Resource | str, message: str) -> Finding:
    """A finding.

    Args:
        where: the resource, or an address.
        message: what is wrong, with the value that was found.
    """
    return Finding(where.address if isinstance(where, Resource) else where, message)


def unknown(where: Resource | str, what: str) -> Finding:
    """What only the apply will tell.

    Args:
        where: the resource, or an address.
        what: the argument, or the relation.
    """
    return Finding(where.address if isinstance(where, Resource) else where, f"{what}: {UNKNOWN.value}", unknown=True)


def expect(where: Resource, argument: str, value: Any, allowed: Any) -> Iterator[Finding]:
    """A finding unless an argument has one value.

    Args:
        where: the resource.
        argument: its name.
        value: what the plan has.
        allowed: what it must be.
    """
    if isinstance(value, Unknown):
        yield unknown(where, argument)
    elif value != allowed:
        yield broken(where, f"`{argument}` is {shown(value)}, must be {shown(allowed)}")


def shown(value: Any) -> str:
    """A value as Terraform writes it.

    Args:
        value: of an argument.
    """
    words = {None: "not set", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else repr(value).replace("'", '"')
