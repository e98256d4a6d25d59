"""The order of things: one hop after the other, each timed, the first failure ends the tour."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from demo.report import Report, Row

Note = Callable[[str], None]
Look = Callable[[Note], str]
"""Does the hop; may note how far it has come; returns what was seen, or raises."""


class NotSeenError(Exception):
    """A hop did not show what it should.

    Args:
        seen: what was found instead.
        expected: what should have been found.
    """

    def __init__(self, seen: str, expected: str) -> None:
        super().__init__(f"seen {seen}, expected {expected}")
        self.seen = seen
        self.expected = expected


class TourFailedError(Exception):
    """A hop failed and was reported; nothing more to say."""


class Tour:
    """Runs hops and keeps their times.

    Args:
        report: shows them.
        logs: where to look after a failure, shown with it.
    """

    def __init__(self, report: Report, logs: Sequence[Path]) -> None:
        self.report = report
        self.rows: list[Row] = []
        self._logs = logs
        self._chapter = ""
        self._began = time.monotonic()

    @property
    def passed(self) -> bool:
        """Whether every hop so far was seen."""
        return bool(self.rows) and all(row.passed for row in self.rows)

    def chapter(self, title: str) -> None:
        """Begin a part.

        Args:
            title: its heading.
        """
        self._chapter = title
        self.report.chapter(title)

    def hop(self, title: str, look: Look) -> None:
        """Do one hop.

        Args:
            title: what is claimed, for people.
            look: does it.

        Raises:
            TourFailedError: it was not seen.
        """
        self.report.begin(title)
        began = time.monotonic()
        try:
            seen = look(self.report.note)
        except Exception as error:
            row = Row(self._chapter, title, time.monotonic() - began, passed=False)
            self.rows.append(row)
            self.report.failed(row, [*_told(error), ("logs", "\n".join(map(str, self._logs)))])
            raise TourFailedError(title) from error
        row = Row(self._chapter, title, time.monotonic() - began)
        self.rows.append(row)
        self.report.passed(row, seen)

    def end(self) -> None:
        """Show the summary."""
        self.report.summary(self.rows, time.monotonic() - self._began)


def _told(error: Exception) -> list[tuple[str, str]]:
    if isinstance(error, NotSeenError):
        return [("seen", error.seen), ("expected", error.expected)]
    return [("error", f"{type(error).__name__}: {error}")]
