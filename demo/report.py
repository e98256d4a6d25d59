"""How the demonstration is shown: a live view on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

QUIET_SECONDS = 10.0  # a plain report says this often that a long hop is still under way


@dataclass(frozen=True)
class Row:
    """One finished hop.

    Args:
        chapter: the part of the demonstration.
        title: what was done.
        seconds: how long it took.
        passed: whether it was seen.
    """

    chapter: str
    title: str
    seconds: float
    passed: bool = True


class Report(ABC):
    """Receives what happens, in order."""

    @abstractmethod
    def chapter(self, title: str) -> None:
        """A new part begins."""

    @abstractmethod
    def begin(self, title: str) -> None:
        """A hop begins."""

    @abstractmethod
    def note(self, text: str) -> None:
        """The running hop has come this far."""

    @abstractmethod
    def passed(self, row: Row, seen: str) -> None:
        """The hop was seen; `seen` holds a line for each thing."""

    @abstractmethod
    def failed(self, row: Row, told: Sequence[tuple[str, str]]) -> None:
        """The hop was not seen; `told` holds pairs of label and text."""

    @abstractmethod
    def summary(self, rows: Sequence[Row], seconds: float) -> None:
        """The end: all hops with their times, and the total in seconds."""

    @abstractmethod
    def say(self, text: str) -> None:
        """A message outside of any hop."""


def report_for(stream: TextIO | None = None) -> Report:
    """The report that fits a stream.

    Args:
        stream: where to write (default: standard output); a terminal gets the live view.
    """
    stream = stream or sys.stdout
    return LiveReport(Console(file=stream)) if stream.isatty() else PlainReport(stream)


class PlainReport(Report):
    """One line for each thing, for files, pipes and CI.

    Args:
        stream: where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._title = ""
        self._spoke = 0.0

    def chapter(self, title: str) -> None:
        """Set apart by an empty line."""
        self._write(f"\n{title}")

    def begin(self, title: str) -> None:
        """Nothing yet: the line comes with the result."""
        self._title, self._spoke = title, time.monotonic()

    def note(self, text: str) -> None:
        """Only now and then, so that a log stays short."""
        if time.monotonic() - self._spoke >= QUIET_SECONDS:
            self._spoke = time.monotonic()
            self._write(f"  ...   {self._title}: {text}")

    def passed(self, row: Row, seen: str) -> None:
        """The title with its time, and what was seen below."""
        self._write(f"  ok    {row.title} ({spent(row.seconds)})")
        for line in seen.splitlines():
            self._write(f"        {line}")

    def failed(self, row: Row, told: Sequence[tuple[str, str]]) -> None:
        """The title with its time, and what was told below."""
        self._write(f"  FAIL  {row.title} ({spent(row.seconds)})")
        for label, text in told:
            lines = text.splitlines() or [""]
            self._write(f"        {label + ':':<10} {lines[0]}")
            for line in lines[1:]:
                self._write(f"        {'':<10} {line}")

    def summary(self, rows: Sequence[Row], seconds: float) -> None:
        """A table of aligned columns."""
        width = max((len(row.title) for row in rows), default=0)
        self._write("\nSummary")
        for row in rows:
            self._write(f"  {'ok  ' if row.passed else 'FAIL'}  {row.title:<{width}}  {spent(row.seconds):>8}")
        self._write(f"  {'':4}  {_total(rows):<{width}}  {spent(seconds):>8}")

    def say(self, text: str) -> None:
        """As it is."""
        self._write(text)

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


class LiveReport(Report):
    """A spinner for the running hop above which the finished ones stay.

    Args:
        console: the terminal.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._title = ""
        self._began = 0.0

    def chapter(self, title: str) -> None:
        """A rule across the terminal."""
        self._console.print()
        self._console.rule(f"[bold]{escape(title)}", align="left", style="cyan")

    def begin(self, title: str) -> None:
        """The spinner turns."""
        self._title, self._began = title, time.monotonic()
        self._status = self._console.status(escape(title), spinner="dots")
        self._status.start()

    def note(self, text: str) -> None:
        """Beside the spinner."""
        if self._status is not None:
            seconds = time.monotonic() - self._began
            self._status.update(f"{escape(self._title)} [dim]{seconds:.0f} s  {escape(text)}")

    def passed(self, row: Row, seen: str) -> None:
        """A green tick, the time at the right, what was seen below."""
        self._stop()
        self._console.print(self._line("[green]✓", row))
        for line in seen.splitlines():
            self._console.print(f"    [dim]{escape(line)}", highlight=False, overflow="fold")

    def failed(self, row: Row, told: Sequence[tuple[str, str]]) -> None:
        """A red cross, and what was told below."""
        self._stop()
        self._console.print(self._line("[red]✗", row))
        grid = Table.grid(padding=(0, 1))
        for label, text in told:
            grid.add_row(f"    [bold red]{escape(label)}", escape(text))
        self._console.print(grid)

    def summary(self, rows: Sequence[Row], seconds: float) -> None:
        """A table with a section for each chapter."""
        table = Table(title="\nSummary", title_justify="left", caption=None, header_style="bold")
        table.add_column("")
        table.add_column("hop")
        table.add_column("took", justify="right")
        for index, row in enumerate(rows):
            last = index + 1 == len(rows) or rows[index + 1].chapter != row.chapter
            mark = "[green]✓" if row.passed else "[red]✗"
            table.add_row(mark, escape(row.title), spent(row.seconds), end_section=last)
        table.add_row("", f"[bold]{_total(rows)}", f"[bold]{spent(seconds)}")
        self._console.print(table)

    def say(self, text: str) -> None:
        """As it is."""
        self._stop()
        self._console.print(escape(text), highlight=False, soft_wrap=True)

    def _stop(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _line(self, mark: str, row: Row) -> Table:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column(ratio=1)
        grid.add_column(justify="right")
        grid.add_row(mark, escape(row.title), f"[cyan]{spent(row.seconds)}")
        return grid


def spent(seconds: float) -> str:
    """A time as people read it: milliseconds below a second.

    Args:
        seconds: the time.
    """
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def _total(rows: Sequence[Row]) -> str:
    seen = sum(row.passed for row in rows)
    return f"{seen} of {len(rows)} hops seen"
