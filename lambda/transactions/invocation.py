"""What Lambda gives to each invocation, and the time that is left of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Context(Protocol):
    """The part of Lambda's context object that the functions use.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    function_name: str
    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        ...


@dataclass(frozen=True)
class Deadline:
    """The moment when work must be over, so that there is time left to answer.

    Args:
        at: on the clock of `time.monotonic`, in seconds.
    """

    at: float

    @classmethod
    def of(cls, context: Context, *, reserve: float = 1.0) -> Deadline:
        """The deadline of an invocation.

        Args:
            context: Lambda's.
            reserve: seconds kept back for the answer; of a short invocation half of its time at most, for one that
                keeps back all does nothing.
        """
        seconds = context.get_remaining_time_in_millis() / 1000
        return cls(time.monotonic() + seconds - min(reserve, seconds / 2))

    def at_least(self, seconds: float) -> Deadline:
        """This deadline, or the moment so many seconds from now if that comes later: takes of what was kept back."""
        return Deadline(max(self.at, time.monotonic() + seconds))

    def within(self, seconds: float) -> Deadline:
        """This deadline, or the moment so many seconds from now if that comes before."""
        return Deadline(min(self.at, time.monotonic() + seconds))

    def left(self) -> float:
        """Seconds that are left; 0 once it has passed."""
        return max(0.0, self.at - time.monotonic())


def milliseconds_since(started: float) -> float:
    """How long something took, to a tenth of a millisecond.

    Args:
        started: on the clock of `time.perf_counter`, in seconds.
    """
    return round((time.perf_counter() - started) * 1000, 1)
