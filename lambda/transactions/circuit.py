"""A circuit breaker: after repeated failures of a dependency nobody waits for it, until a probe finds it well.

One execution environment serves one request at a time, so the state is its own, in memory, and the probe is the
next request. Why not a library: docs/decisions/0007-circuit-breaker.md.
"""

from __future__ import annotations

import enum
import math
import random
import time
from collections.abc import Callable

from transactions.errors import CircuitOpenError
from transactions.logs import Log

THRESHOLD = 5  # sum of the failures' weights, without a success between them
WINDOW_SECONDS = 30.0  # failures longer ago do not count
# The spread keeps environments that opened together from probing together.
OPEN_SECONDS = (5.0, 15.0)


class State(enum.Enum):
    """What a circuit does with the next call."""

    CLOSED = "closed"  # lets it through
    OPEN = "open"  # refuses it
    HALF_OPEN = "half-open"  # lets it through as a probe: its outcome closes or opens the circuit


class Circuit:
    """Guards one dependency.

    The caller reports only what speaks of the dependency's health: an answer, of whatever kind, is a success.

    Args:
        dependency: name for errors, logs and the metric.
        clock: the wall clock, in seconds; a monotonic one may stand still while Lambda freezes the environment.
    """

    def __init__(self, dependency: str, *, clock: Callable[[], float] = time.time) -> None:
        self._dependency = dependency
        self._clock = clock
        self._failures: list[tuple[float, int]] = []  # when, weight
        self._opened = 0.0
        self._until: float | None = None  # None while closed

    @property
    def state(self) -> State:
        """The state at this moment."""
        if self._until is None:
            return State.CLOSED
        # A clock that was set back must not keep the circuit open.
        return State.OPEN if self._opened <= self._clock() < self._until else State.HALF_OPEN

    def check(self) -> None:
        """Refuse a call if the circuit is open.

        Raises:
            CircuitOpenError: it is; has the seconds until the next probe.
        """
        if self.state is State.OPEN and self._until is not None:
            raise CircuitOpenError(self._dependency, math.ceil(self._until - self._clock()))

    def succeeded(self, log: Log) -> None:
        """Report that the dependency answered."""
        if self._until is not None:
            self._until = None
            self._tell(State.CLOSED, log)
        self._failures.clear()

    def failed(self, log: Log, *, weight: int = 1) -> None:
        """Report that the dependency did not answer, or is not well.

        Args:
            log: told if that opens the circuit.
            weight: how much it says; at THRESHOLD the circuit opens. A failed probe opens it whatever its weight.
        """
        now = self._clock()
        probe = self._until is not None
        self._failures = [(at, known) for at, known in self._failures if at > now - WINDOW_SECONDS]
        self._failures.append((now, weight))
        if probe or sum(known for _, known in self._failures) >= THRESHOLD:
            self._opened = now
            self._until = now + random.uniform(*OPEN_SECONDS)  # noqa: S311
            self._tell(State.OPEN, log)

    def _tell(self, state: State, log: Log) -> None:
        log.warning("circuit changed", dependency=self._dependency, state=state.value)
        log.metric("CircuitOpen", int(state is State.OPEN), dependency=self._dependency)
