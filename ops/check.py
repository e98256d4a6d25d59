"""What a check is, and how it says that it failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

RUNBOOK = "docs/operations.md"


class Section(StrEnum):
    """The runbook's section for what a check may find: the anchor of its heading."""

    ALARM = "an-alarm-is-not-ok"
    API = "the-api-does-not-answer-as-it-should"
    BACKUP = "a-backup-is-missing-or-failed"
    CLUSTER = "a-cluster-is-not-active-or-not-linked"
    CODE = "the-regions-run-different-code"
    EVENTS = "events-do-not-cross"
    FUNCTION = "a-function-is-missing-or-changed"
    HEALTH = "a-function-does-not-answer"
    KEY = "a-key-is-lost-or-disabled"
    LOOKING = "verify-itself-is-refused"
    METRICS = "the-clusters-have-no-metrics"
    NAME = "the-name-is-not-answered-as-configured"
    NETWORK = "functions-in-a-vpc-do-not-reach-the-cluster"
    OUTBOX = "events-wait-in-the-outbox"
    PERMISSION = "a-permission-is-missing"
    QUEUE = "a-queue-is-not-empty"
    REGION = "a-region-does-not-answer"
    SCHEDULE = "the-relays-schedule-is-off"
    SCHEMA = "the-schema-is-behind"

    @property
    def link(self) -> str:
        """Where an operator reads on."""
        return f"{RUNBOOK}#{self.value}"


class CheckFailedError(Exception):
    """A check did not pass.

    Args:
        seen: what was found.
        expected: what a healthy stack shows.
        cause: the likely cause, and what to do first.
        section: where the runbook says more; None takes the check's own.
    """

    def __init__(self, seen: str, expected: str, cause: str, section: Section | None = None) -> None:
        super().__init__(f"seen {seen}, expected {expected}; {cause}")
        self.seen = seen
        self.expected = expected
        self.cause = cause
        self.section = section


@dataclass(frozen=True)
class Check:
    """One thing to look at.

    Args:
        name: what is claimed, for people.
        run: looks; returns what it saw, or raises CheckFailedError.
        section: where the runbook says what to do if it fails.
        region: the Region that is asked.
    """

    name: str
    run: Callable[[], str]
    section: Section = Section.REGION
    region: str = ""
