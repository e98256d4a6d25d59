"""A steady canary load: in each Region one write after the other, given to the other Region where its own fails."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.application import Answer, invoke
from ops.aws import Aws
from ops.deployment import Deployment, Side

_AGAIN_SECONDS = 1.0  # an open circuit lets one request through each few seconds


@dataclass(frozen=True)
class Sample:
    """One write, as its client saw it.

    Args:
        at: when it began, seconds since the epoch.
        region: the client's own Region.
        transaction: its id.
        own: whether the own Region took it.
        served: whether one of both did.
        seconds: until it was taken, or given up.
        seen: whether the other Region then read it; None where it did not answer, or the own one had not taken it.
        error: what the own Region answered instead.
    """

    at: float
    region: str
    transaction: str
    own: bool
    served: bool
    seconds: float
    seen: bool | None
    error: str = ""


class Load:
    """Clients in both Regions, from `start` until `stop`.

    Args:
        aws: the account; asked once for each call, because the client repeats, as a caller's would.
        stack: the deployed stack.
        rate: writes a second in each Region.
    """

    def __init__(self, aws: Aws, stack: Deployment, rate: float) -> None:
        self._aws, self._stack, self._pause = aws, stack, 1 / rate
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(side,), daemon=True) for side in stack.sides]
        self.samples: list[Sample] = []

    def start(self) -> None:
        """Begin, once each Region's function has answered a first time: a cold start is not what is measured."""
        for side in self._stack.sides:
            self._has(side, "drill-warm-up")
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, after the writes under way."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def missing(self, seconds: float) -> tuple[list[str], list[str]]:
        """Read every write that was taken, in both Regions.

        Args:
            seconds: how long to wait in all for Regions that do not answer.

        Returns:
            Ids that a Region does not have, and ids that a Region did not answer about.
        """
        ends, lost, unknown = time.monotonic() + seconds, [], []
        for sample in self.samples:
            if sample.served:
                found = {self._await(side, sample.transaction, ends) for side in self._stack.sides}
                if False in found:
                    lost.append(sample.transaction)
                elif None in found:
                    unknown.append(sample.transaction)
        return lost, unknown

    def _run(self, side: Side) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            self.samples.append(self._write(side))
            due = max(due + self._pause, time.monotonic())
            self._ended.wait(due - time.monotonic())

    def _write(self, side: Side) -> Sample:
        other, transaction = self._stack.other(side), f"drill-{uuid.uuid4()}"
        request = {"operation": "write", "transaction_id": transaction, "amount": 0.01}
        at, began = time.time(), time.monotonic()
        mine = _ask(lambda: invoke(self._aws, side, request))
        own = mine.status == 200
        served = own or _ask(lambda: invoke(self._aws, other, request)).status == 200
        seconds = time.monotonic() - began
        seen = self._has(other, transaction) if own else None
        return Sample(at, side.region, transaction, own, served, seconds, seen, "" if own else str(mine))

    def _has(self, side: Side, transaction: str) -> bool | None:
        request = {"operation": "read", "transaction_id": transaction}
        return {200: True, 404: False}.get(_ask(lambda: invoke(self._aws, side, request)).status)

    def _await(self, side: Side, transaction: str, ends: float) -> bool | None:
        while (found := self._has(side, transaction)) is None and time.monotonic() < ends:
            time.sleep(_AGAIN_SECONDS)
        return found


def _ask(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        return Answer(0, {"error": f"{type(error).__name__}: {error}"})


def between(samples: list[Sample], start: float, end: float) -> Iterator[Sample]:
    """Samples that began in a span.

    Args:
        samples: of a load.
        start: seconds since the epoch.
        end: the same, not part of the span.
    """
    return (sample for sample in samples if start <= sample.at < end)
