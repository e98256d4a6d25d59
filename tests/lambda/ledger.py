"""What was injected, how often, and what was lost or doubled: the table in docs/verification.md, by `make faults`."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

BEGIN, END = "<!-- faults: made by `make faults` -->", "<!-- end of faults -->"


@dataclass
class Ledger:
    """Collects rows of the table.

    Args:
        longer: how much longer than in the suite the tests shall go on.
    """

    longer: float = 1.0
    rows: list[tuple[str, int, str, int, int]] = field(default_factory=list)

    @classmethod
    def of(cls) -> Ledger:
        """As the environment says: FAULTS_LONGER, a factor."""
        return cls(float(os.environ.get("FAULTS_LONGER", "1")))

    def note(self, fault: str, times: int, about: str, lost: int, doubled: int) -> None:
        """Note a kind of fault.

        Args:
            fault: what was injected.
            times: how often.
            about: among what.
            lost: how many of these were lost.
            doubled: how many had their effect twice.
        """
        self.rows.append((fault, times, about, lost, doubled))

    def table(self) -> str:
        """The rows as Markdown."""
        head = "| injected | times | among | lost | doubled |\n|---|---|---|---|---|\n"
        return head + "\n".join("| " + " | ".join(map(str, row)) + " |" for row in self.rows)

    def write(self, document: Path) -> None:
        """Put the table between the marks of a document."""
        when = dt.datetime.now(dt.UTC).date()
        text = f"{BEGIN}\n{self.table()}\n\n`make faults`, {when}.\n{END}"
        old = document.read_text(encoding="utf-8")
        assert BEGIN in old, f"{document} has no {BEGIN}"
        document.write_text(
            re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: text, old, flags=re.DOTALL), encoding="utf-8"
        )
