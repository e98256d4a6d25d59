"""What Terraform says on its machine-readable channel (`-json`), as objects.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

_VERBS = {"create": "created", "update": "changed", "delete": "destroyed", "read": "read", "replace": "replaced"}


@dataclass(frozen=True)
class Diagnostic:
    """One error or warning of Terraform.

    Args:
        severity: `error` or `warning`.
        summary: what is wrong, in one line.
        detail: the rest, maybe empty.
        address: the resource concerned, or an empty string.
    """

    severity: str
    summary: str
    detail: str
    address: str

    def __str__(self) -> str:
        where = f"{self.address}: " if self.address else ""
        return f"{where}{self.summary}" + (f"\n{self.detail}" if self.detail else "")


@dataclass(frozen=True)
class Counts:
    """How many resources an operation touches.

    Args:
        added: created, replacements included.
        changed: changed in place.
        destroyed: destroyed, replacements included.
        imported: taken into the state.
    """

    added: int = 0
    changed: int = 0
    destroyed: int = 0
    imported: int = 0

    @property
    def done(self) -> str:
        """The counts as what has happened."""
        return f"{self.added} added, {self.changed} changed, {self.destroyed} destroyed"

    def __str__(self) -> str:
        imported = f"{self.imported} to import, " if self.imported else ""
        return f"{imported}{self.added} to add, {self.changed} to change, {self.destroyed} to destroy"


@dataclass(frozen=True)
class Progress:
    """One resource has begun, is still at it, or is done.

    Args:
        address: the resource.
        state: `start`, `progress`, `complete` or `errored`.
        action: `create`, `update`, `delete`, …
        seconds: time spent on it so far.
    """

    address: str
    state: str
    action: str
    seconds: int

    def __str__(self) -> str:
        return f"{self.address}: {_VERBS.get(self.action, self.action)} in {self.seconds} s"


@dataclass
class Transcript:
    """Everything one Terraform command has said so far."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    other: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Diagnostic]:
        """The diagnostics that are errors."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]

    def read(self, line: str) -> Progress | None:
        """Take in one line; text that is no JSON (a provider's crash, for example) is kept as it is.

        Args:
            line: one line of Terraform's output.

        Returns:
            The progress of a resource, if the line tells one.
        """
        try:
            event = json.loads(line)
        except ValueError:
            self.other.append(line)
            return None
        if not isinstance(event, dict):
            return None
        return self._take(event)

    def _take(self, event: dict[str, Any]) -> Progress | None:
        kind = event.get("type", "")
        if kind == "diagnostic":
            said = event["diagnostic"]
            self.diagnostics.append(
                Diagnostic(said["severity"], said["summary"], said.get("detail", ""), said.get("address", ""))
            )
        elif kind == "change_summary":
            seen = event["changes"]
            self.counts = Counts(seen["add"], seen["change"], seen["remove"], seen.get("import", 0))
        elif kind.startswith("apply_"):
            hook = event["hook"]
            state = kind.removeprefix("apply_")
            return Progress(hook["resource"]["addr"], state, hook["action"], int(hook.get("elapsed_seconds", 0)))
        return None
