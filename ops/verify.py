"""Run checks and report on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.checks import Check, CheckFailedError


@dataclass(frozen=True)
class Result:
    """What a check found.

    Args:
        name: the check.
        passed: whether all was well.
        seen: what was found.
        expected: what was wanted; empty if it passed.
        cause: the likely cause; empty if it passed.
        seconds: how long the look took.
    """

    name: str
    passed: bool
    seen: str
    expected: str
    cause: str
    seconds: float

    def lines(self) -> list[str]:
        """The result as text: one line, or for a failed check one for each of seen, expected and cause."""
        if self.passed:
            return [f"ok    {self.name} ({self.seconds:.1f} s): {self.seen}"]
        told = [f"      seen:     {self.seen}", f"      expected: {self.expected}", f"      cause:    {self.cause}"]
        return [f"FAIL  {self.name} ({self.seconds:.1f} s)", *told]

    def document(self) -> dict[str, object]:
        """The result for JSON."""
        return asdict(self)


def verify(checks: Iterable[Check], on_result: Callable[[Result], None] = lambda _: None) -> list[Result]:
    """Run all checks, also after one has failed.

    Args:
        checks: what to look at.
        on_result: told each result as it comes.
    """
    results = []
    for check in checks:
        result = run(check)
        on_result(result)
        results.append(result)
    return results


def run(check: Check) -> Result:
    """Run one check.

    Args:
        check: what to look at.
    """
    began = time.monotonic()
    try:
        seen = check.run()
    except CheckFailedError as failed:
        return Result(check.name, False, failed.seen, failed.expected, failed.cause, time.monotonic() - began)
    except (ClientError, BotoCoreError) as error:
        cause = "the object is gone, the credentials may not look, or the Region does not answer"
        return Result(check.name, False, str(error), "an answer of AWS", cause, time.monotonic() - began)
    return Result(check.name, True, seen, "", "", time.monotonic() - began)
