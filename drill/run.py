"""The order of a drill: load, fault after fault, quiet, audit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.database import Database
from drill.audit import audit
from drill.faults import Fault, faults
from drill.load import Load
from drill.name import Caller
from drill.result import Injected, Result, by_name, measured, timeline
from localcloud.cloud import Cloud
from ops.application import invoke
from ops.aws import Aws
from ops.checks import reading_checks
from ops.deployment import Deployment
from ops.redrive import redrive
from ops.verify import verify

DRAIN_SECONDS = 180.0


@dataclass(frozen=True)
class Drill:
    """A drill on a stack that is deployed in the layout "regional".

    Args:
        cloud: the embedded cloud.
        environment: how to reach it.
        deployment: the stack.
        say: receives a line about each step.
    """

    cloud: Cloud
    environment: Mapping[str, str]
    deployment: Deployment
    say: Callable[[str], None]

    def run(self, *, seconds: float, per_second: float, count: int) -> Result:
        """Write all the time, and break one thing after the other.

        Args:
            seconds: of load.
            per_second: writes, of both Regions together.
            count: how many faults, spread evenly.
        """
        aws = Aws(self.environment)
        load = Load(self.environment, self.deployment, per_second=per_second)
        load.open_accounts()
        opening = load.record.writes
        load.begin()
        caller = Caller(aws, self.deployment, load.record)
        caller.begin()
        turn = seconds / (count + 1)
        injected = []
        try:
            time.sleep(turn / 2)
            for number, fault in enumerate(faults(self.cloud, aws, self.deployment, count), start=1):
                injected.append(self._inject(fault, load, turn, f"{number} of {count}"))
                time.sleep(max(0.0, (number + 0.5) * turn - load.record.now()))
        finally:
            caller.end()
            load.end()
        lasted = load.record.now()
        starts = [fault.began for fault in injected]
        told = [
            measured(fault, load.record, until) for fault, until in zip(injected, [*starts, lasted][1:], strict=True)
        ]
        self.say("waiting for the events, then counting")
        database = Database(aws, self.deployment.primary, self.environment)
        writes = [*opening, *load.record.writes, *(call.write() for call in load.record.calls)]
        counts = audit(database, writes, lambda: self._wake(aws), seconds=DRAIN_SECONDS)
        self._wake(aws)  # what needs nothing lies in the queues too
        left = [
            f"{found.name}: {found.seen}" for found in verify(reading_checks(aws, self.deployment)) if not found.passed
        ]
        return Result(lasted, told, timeline(load.record, lasted), counts, left, by_name(load.record.calls))

    def _inject(self, fault: Fault, load: Load, turn: float, position: str) -> Injected:
        self.say(f"{load.record.now():5.0f} s: {fault.name}, {fault.region} ({position})")
        began = load.record.now()
        fault.begin()
        time.sleep(max(0.0, turn * fault.share - (load.record.now() - began)))
        fault.end()
        return Injected(fault.name, fault.region, began, load.record.now())

    def _wake(self, aws: Aws) -> int:
        """Run the relays, and do what the runbook says of a queue that is not empty."""
        for side in self.deployment.sides:
            invoke(aws, side, {}, "relay")
        return sum(len(redrive(aws, self.deployment, side).handed) for side in self.deployment.sides)
