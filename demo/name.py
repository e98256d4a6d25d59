"""The one name of both Regions: who answers it, before, while and after a Region fails."""

from __future__ import annotations

import time
import uuid

from demo.scene import HEALTH_CHECK, NAME, Scene
from demo.tour import Note, NotSeenError, Tour
from localcloud.dns.client import VARIABLE, region, resolve
from ops.deployment import Side
from ops.http_api import NamedApi, Reply

AMOUNT = "12.50"
# The check finds it within an interval of its one refusal, and a new environment takes some seconds to answer again.
TURN_SECONDS = 3.0 * HEALTH_CHECK["interval"]
POLL_SECONDS = 0.25


class Name:
    """The name, as a caller and as an operator see it.

    Args:
        scene: where the stack is deployed.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._here, self._there = scene.deployment.sides
        self._api = NamedApi(scene.aws, f"https://{NAME}", (self._here.region, self._there.region))
        self._written = ""

    def follow(self, tour: Tour) -> None:
        """Show every hop.

        Args:
            tour: shows them.
        """
        here, there = self._here.region, self._there.region
        tour.chapter("One name for both Regions, while one of them fails")
        tour.hop(f"{NAME} leads to {here}", lambda _: self._answered())
        tour.hop("a signed write through the name", lambda _: self._write(self._here))
        tour.hop(f"{here} fails: after the health check's time {there} answers", lambda note: self._fail(note))
        tour.hop("the next write through the name; the one before can be read", lambda _: self._write(self._there))
        tour.hop(f"{here} recovers, and answers again", lambda note: self._mend(note))

    def _answered(self) -> str:
        found = resolve(self._scene.environment[VARIABLE], NAME)
        if self._region() != self._here.region:
            raise NotSeenError(str(found), f"an alias of {self._here.region}")
        return f"{NAME} is {', '.join(found)}"

    def _write(self, side: Side) -> str:
        read = f"\nread: {self._read()}" if self._written else ""
        transaction = f"demo-{uuid.uuid4()}"
        body = {"transaction_id": transaction, "amount": AMOUNT}
        reply = self._api.request("POST", "/transactions", body)
        if reply.status != 201 or reply.body.get("region") != side.region:
            raise NotSeenError(str(reply), f"201 from {side.region}")
        self._written = transaction
        return f"{reply}{read}"

    def _read(self) -> Reply:
        reply = self._api.request("GET", f"/transactions/{self._written}")
        if reply.status != 200 or reply.body.get("amount") != AMOUNT:
            raise NotSeenError(str(reply), f"200 with amount {AMOUNT}")
        return reply

    def _fail(self, note: Note) -> str:
        """Let Lambda refuse every invocation of the function, as where a Region has no capacity left."""
        function = {"FunctionName": self._here.functions["transactions"]}
        self._scene.aws.client("lambda", self._here.region).put_function_concurrency(
            **function, ReservedConcurrentExecutions=0
        )
        return self._turned(self._there, note)

    def _mend(self, note: Note) -> str:
        self._scene.aws.client("lambda", self._here.region).delete_function_concurrency(
            FunctionName=self._here.functions["transactions"]
        )
        return self._turned(self._here, note)

    def _turned(self, side: Side, note: Note) -> str:
        began = time.monotonic()
        while (answered := self._region()) != side.region:
            spent = time.monotonic() - began
            if spent > TURN_SECONDS:
                raise NotSeenError(f"{NAME} leads to {answered} after {spent:.0f} s", side.region)
            note(f"{NAME} still leads to {answered}, after {spent:.0f} s")
            time.sleep(POLL_SECONDS)
        interval, threshold = HEALTH_CHECK["interval"], HEALTH_CHECK["failure_threshold"]
        return (
            f"{NAME} leads to {side.region} after {time.monotonic() - began:.1f} s; "
            f"checked every {interval} s, {threshold} answer decides"
        )

    def _region(self) -> str | None:
        return region(self._scene.environment[VARIABLE], NAME)
