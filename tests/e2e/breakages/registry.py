"""What somebody may break by hand, each undone when its block ends: the lists that the files beside this one add to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Breakage = Callable[..., Iterator[None]]
Breakages = dict[str, tuple[Breakage, str, str]]
"""The breakage, the check that must fail, and what it must have seen, by the test's name."""
BREAKAGES: Breakages = {}
"""Those of the session's one deployment."""
OF_BACKUPS: Breakages = {}
"""Those of the example `complete`, which has backups."""


def breaks(check: str, seen: str, among: Breakages = BREAKAGES) -> Callable[[Breakage], Breakage]:
    def note(breakage: Breakage) -> Breakage:
        among[breakage.__name__.replace("_", "-")] = (contextmanager(breakage), check, seen)
        return breakage

    return note
