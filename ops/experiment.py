"""One experiment of AWS Fault Injection Service: started, watched with the alarms of both Regions, stopped."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ops.aws import Aws
from ops.deployment import Deployment, Side

OVER = ("completed", "stopped", "failed", "cancelled")
POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Event:
    """Something that changed.

    Args:
        at: when it was noticed, seconds since the epoch.
        what: the experiment, or an alarm's name.
        state: what it is since then.
    """

    at: float
    what: str
    state: str


@dataclass
class Experiment:
    """An experiment under way.

    Args:
        aws: the account.
        stack: the deployed stack, whose alarms are watched.
        side: Region that the fault is injected in.
        fault: which of its templates.
        tell: called with each event.
    """

    aws: Aws
    stack: Deployment
    side: Side
    fault: str
    tell: Callable[[Event], None]
    events: list[Event] = field(default_factory=list)
    id: str = ""
    reason: str = ""
    _known: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it.

        Raises:
            botocore.exceptions.ClientError: AWS refuses, or the template is gone.
        """
        started = self._fis.start_experiment(
            experimentTemplateId=self.side.templates[self.fault],
            clientToken=str(uuid.uuid4()),
            tags={"Name": f"{self.stack.name}-{self.fault}-{self.side.role}"},
        )
        self.id = started["experiment"]["id"]
        self._note("experiment", started["experiment"]["state"]["status"])

    def stop(self) -> None:
        """Ask AWS to end it before its time; it is over when `look` says so."""
        self._fis.stop_experiment(id=self.id)

    def look(self) -> str:
        """Note what changed; returns the experiment's status."""
        experiment = self._fis.get_experiment(id=self.id)["experiment"]
        state: dict[str, Any] = experiment["state"]
        self.reason = state.get("reason", "")
        self._note("experiment", state["status"])
        self.look_at_alarms()
        return str(state["status"])

    def look_at_alarms(self) -> None:
        """Note alarms that changed; those that are OK at the first look are no news."""
        for side in self.stack.sides:
            pages = self.aws.client("cloudwatch", side.region).get_paginator("describe_alarms")
            kinds = ["MetricAlarm", "CompositeAlarm"]
            for page in pages.paginate(AlarmNamePrefix=f"{self.stack.name}-", AlarmTypes=kinds):
                for alarm in [*page.get("MetricAlarms", []), *page.get("CompositeAlarms", [])]:
                    if alarm["AlarmName"].endswith(f"-{side.role}"):
                        self._note(alarm["AlarmName"], alarm["StateValue"], quietly=("OK", "INSUFFICIENT_DATA"))

    @property
    def _fis(self) -> Any:
        return self.aws.client("fis", self.side.region)

    def _note(self, what: str, state: str, *, quietly: tuple[str, ...] = ()) -> None:
        before, self._known[what] = self._known.get(what), state
        if state == before or (before is None and state in quietly):
            return
        event = Event(time.time(), what, state)
        self.events.append(event)
        self.tell(event)
