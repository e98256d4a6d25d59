"""Run checks and report on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from ops.check import Check, CheckFailedError, Section

_GONE = ("NotFound", "NoSuchEntity", "NonExistent", "DoesNotExist")
_REFUSED = ("AccessDenied", "UnauthorizedOperation", "ExpiredToken", "InvalidClientTokenId", "UnrecognizedClient")
_SILENT = ("ServiceUnavailable", "InternalFailure", "503")


@dataclass(frozen=True)
class Result:
    """What a check found.

    Args:
        name: the check.
        passed: whether all was well.
        seen: what was found.
        expected: what was wanted; empty if it passed.
        cause: the likely cause; empty if it passed.
        runbook: where the runbook says what to do; empty if it passed.
        seconds: how long the look took.
    """

    name: str
    passed: bool
    seen: str
    expected: str
    cause: str
    runbook: str
    seconds: float

    def lines(self) -> list[str]:
        """The result as text: one line, or for a failed check one for each of seen, expected, cause and runbook."""
        if self.passed:
            return [f"ok    {self.name} ({self.seconds:.1f} s): {self.seen}"]
        told = ("seen", self.seen), ("expected", self.expected), ("cause", self.cause), ("runbook", self.runbook)
        return [f"FAIL  {self.name} ({self.seconds:.1f} s)", *(f"      {what + ':':<9} {text}" for what, text in told)]

    def document(self) -> dict[str, object]:
        """The result for JSON."""
        return asdict(self)


def verify(checks: Iterable[Check], on_result: Callable[[Result], None] = lambda _: None) -> list[Result]:
    """Run all checks, also after one has failed.

    A Region that did not answer once is not asked again: each look would wait for its time limit.

    Args:
        checks: what to look at.
        on_result: told each result as it comes.
    """
    results: list[Result] = []
    silent: set[str] = set()
    for check in checks:
        result = _not_asked(check) if check.region in silent else run(check)
        if result.runbook == Section.REGION.link:
            silent.add(check.region)
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
    except CheckFailedError as error:
        failed = error
    except (ClientError, BotoCoreError) as error:
        failed = _explained(error)
    else:
        return Result(check.name, True, seen, "", "", "", time.monotonic() - began)
    runbook = (failed.section or check.section).link
    return Result(check.name, False, failed.seen, failed.expected, failed.cause, runbook, time.monotonic() - began)


def _explained(error: ClientError | BotoCoreError) -> CheckFailedError:
    """What an error of an AWS call tells about the stack."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    seen = str(error)
    if isinstance(error, NoConnectionError | HTTPClientError) or any(word in code for word in _SILENT):
        return CheckFailedError(seen, "an answer", "the Region does not answer", Section.REGION)
    if any(word in code for word in _GONE):
        return CheckFailedError(seen, "it exists", "it was deleted: run `make deploy` again")
    if any(word in code for word in _REFUSED) or not code:
        cause = "these credentials may not look; `python -m ops policy` prints what verify needs"
        return CheckFailedError(seen, "an answer", cause, Section.LOOKING)
    return CheckFailedError(seen, "an answer", "AWS refused the call")


def _not_asked(check: Check) -> Result:
    cause = f"{check.region} did not answer before; it is not asked again"
    return Result(check.name, False, "not looked at", "an answer", cause, Section.REGION.link, 0.0)
