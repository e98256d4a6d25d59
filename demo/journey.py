"""One transaction, hop by hop: from the write in one Region to the one receipt in the other."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from demo.database import Database
from demo.scene import Scene
from demo.tap import SOURCE, Tap
from demo.tour import NotSeenError, Tour
from ops.application import await_hop, invoke
from ops.deployment import Side

AMOUNT = "250.75"
EVENT_SECONDS = 30.0
SETTLE_SECONDS = 2.0  # a second delivery, if there were one, would come within the embedded cloud's retry delay
POLL_SECONDS = 0.1
CLOCK_SECONDS = 5.0  # the log may be a little behind our clock


class Journey:
    """The way of one transaction written in one Region.

    Args:
        scene: where the stack is deployed.
        origin: Region of the write.
        taps: a tap on each Region's bus, by role.
    """

    def __init__(self, scene: Scene, origin: Side, taps: dict[str, Tap]) -> None:
        self._scene = scene
        self._origin = origin
        self._other = scene.deployment.other(origin)
        self._taps = taps
        self._transaction = f"demo-{uuid.uuid4()}"
        self._event = ""
        self._began = time.time()

    def follow(self, tour: Tour) -> None:
        """Show every hop.

        Args:
            tour: shows them.
        """
        here, there = self._origin.region, self._other.region
        tour.hop(f"{here}: the function writes a transaction and answers", lambda _: self._write())
        tour.hop(f"{there}: the row is read at once", lambda _: self._read_across())
        tour.hop(f"{here}: the relay publishes the outbox row", lambda _: self._published())
        tour.hop(f"{here}: the event is on the Region's bus", lambda _: self._on_bus(self._origin))
        tour.hop(f"{here} to {there}: the forward rule carries it across", lambda _: self._carried())
        tour.hop(f"{there}: the event is on the other Region's bus", lambda _: self._on_bus(self._other))
        tour.hop(f"{there}: the consumer receives it", lambda _: self._consumed())
        tour.hop(f"{there}: the inbox holds exactly one receipt, read in either Region", lambda _: self._receipt())

    def _write(self) -> str:
        # The amount goes as a JSON number, as the recipe has it; what is stored must be exactly this decimal.
        request = {"operation": "write", "transaction_id": self._transaction, "amount": float(AMOUNT)}
        self._began = time.time()
        answer = invoke(self._scene.aws, self._origin, request)
        if answer.status != 200 or answer.body.get("region") != self._origin.region:
            raise NotSeenError(str(answer), f"200 from {self._origin.region}")
        self._event = str(answer.body["event_id"])
        return str(answer)

    def _read_across(self) -> str:
        answer = invoke(self._scene.aws, self._other, {"operation": "read", "transaction_id": self._transaction})
        row = answer.body
        if answer.status != 200 or row.get("region") != self._origin.region or not _exact(row):
            raise NotSeenError(str(answer), f"200 with amount {AMOUNT!r} and region {self._origin.region}")
        return f"{answer}, {(time.time() - self._began) * 1000:.0f} ms after the write began"

    def _published(self) -> str:
        line = self._log(self._origin, "relay", "published")
        query = "SELECT event_id FROM transactions.outbox WHERE event_id = %s"
        self._await_rows(self._origin, query, lambda rows: not rows)
        return f"relay: {line}\nthe row is gone from transactions.outbox"

    def _on_bus(self, side: Side) -> str:
        events = self._taps[side.role].events(self._event, seconds=EVENT_SECONDS)
        wanted = {"source": SOURCE, "detail-type": "Transaction Created", "region": self._origin.region}
        seen = [{name: event.get(name) for name in wanted} for event in events]
        if seen != [wanted]:
            raise NotSeenError(str(seen), f"[{wanted}]")
        detail = events[0]["detail"]
        if detail["transaction_id"] != self._transaction or Decimal(str(detail["amount"])) != Decimal(AMOUNT):
            raise NotSeenError(json.dumps(detail), f"transaction {self._transaction}, amount {AMOUNT}")
        return f"{side.bus} in {side.region}: {json.dumps({**wanted, 'detail': detail})}"

    def _carried(self) -> str:
        events = self._scene.aws.client("events", self._origin.region)
        rule = events.describe_rule(Name=self._origin.forward_rule, EventBusName=self._origin.bus)
        pattern = json.loads(rule["EventPattern"])
        if pattern.get("region") != [self._origin.region] or rule["State"] != "ENABLED":
            raise NotSeenError(f"{rule['State']}, pattern {pattern}", f"ENABLED, only events of {self._origin.region}")
        if not self._taps[self._other.role].events(self._event, seconds=EVENT_SECONDS):
            raise NotSeenError(f"no event {self._event} in {self._other.region}", "the event, carried across")
        return f"{self._origin.forward_rule}: {json.dumps(pattern)}, target {self._other.bus_arn}"

    def _consumed(self) -> str:
        return f"consumer: {self._log(self._other, 'consumer', 'received')}"

    def _receipt(self) -> str:
        query = "SELECT consumer, event_id, received_at FROM transactions.inbox WHERE event_id = %s"
        self._await_rows(self._other, query, bool)
        time.sleep(SETTLE_SECONDS)
        seen = [self._database(side).rows(query, [self._event]) for side in (self._other, self._origin)]
        if [len(rows) for rows in seen] != [1, 1] or seen[0] != seen[1]:
            raise NotSeenError(str(seen), "one row, the same through both endpoints")
        row = seen[0][0]
        return f"{row['consumer']}: event {row['event_id']}, received {row['received_at']:%H:%M:%S.%f} UTC"

    def _await_rows(
        self, side: Side, query: str, enough: Callable[[list[dict[str, Any]]], bool]
    ) -> list[dict[str, Any]]:
        deadline = time.monotonic() + EVENT_SECONDS
        while True:
            rows = self._database(side).rows(query, [self._event])
            if enough(rows):
                return rows
            if time.monotonic() > deadline:
                raise NotSeenError(f"rows {rows} after {EVENT_SECONDS:g} s", f"another answer to: {query}")
            time.sleep(POLL_SECONDS)

    def _log(self, side: Side, function: str, hop: str) -> str:
        since = self._began - CLOCK_SECONDS
        line = await_hop(self._scene.aws, side, function, self._event, hop=hop, since=since, seconds=EVENT_SECONDS)
        if line is None:
            group = f"/aws/lambda/{side.functions[function]}"
            raise NotSeenError(f"no line about {self._event} in {group}", f"hop {hop!r} within {EVENT_SECONDS:g} s")
        told = {name: line[name] for name in ("timestamp", "message", "hop", "new") if name in line}
        return json.dumps(told)

    def _database(self, side: Side) -> Database:
        return Database(self._scene.aws, side, self._scene.environment)


def _exact(row: Mapping[str, Any]) -> bool:
    amount = row.get("amount")
    return isinstance(amount, str) and Decimal(amount) == Decimal(AMOUNT)


def travel(tour: Tour, scene: Scene) -> None:
    """Follow one transaction from each Region to the other.

    Args:
        tour: shows the hops.
        scene: where the stack is deployed.
    """
    taps = {side.role: Tap(scene.aws, side) for side in scene.deployment.sides}
    for tap in taps.values():
        tap.open()
    for side in scene.deployment.sides:
        tour.chapter(f"One transaction from {side.region} to {scene.deployment.other(side).region}")
        Journey(scene, side, taps).follow(tour)
    for tap in taps.values():
        tap.close()
