"""Clients in both Regions who write at a steady rate, and go to the other Region when theirs fails."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from drill.record import ACCEPTED, REFUSED, SILENT, Attempt, Record, Write
from ops.aws import Aws
from ops.deployment import Deployment, Side

PREFIX = "drill-"
ACCOUNTS = 40
OPENING = "1000000.00"
TRANSFERS = 0.2  # of the writes; the others are payments, which touch no balance
SENSITIVE = 0.1  # of the payments: with a field that is encrypted by a key of KMS
PATIENCE_SECONDS = 3.0  # for an answer, before the client asks the other Region
GIVE_UP_SECONDS = 20.0  # of a write; then its outcome is unknown
PROBE_SECONDS = 1.0  # a Region that failed is asked again by one write each
RAMP_SECONDS = 8.0  # in which the clients begin, one after the other: all at once would be as many cold starts
# Between two rounds of attempts, doubled each time and drawn at random, so that clients do not keep an overloaded
# Region down: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
BACKOFF_SECONDS = 0.1
LONGEST_BACKOFF_SECONDS = 2.0


def account(number: int) -> str:
    """Name of an account of the drill."""
    return f"{PREFIX}account-{number}"


class Route:
    """The Regions in the order in which clients of one Region ask: its own first, unless it failed a moment ago."""

    def __init__(self, home: Side, other: Side) -> None:
        self._home, self._other = home, other
        self._avoided_until = 0.0
        self._lock = threading.Lock()

    def order(self) -> tuple[Side, Side]:
        """Whom to ask first and second; now and then one caller is sent to see whether home is back."""
        with self._lock:
            now = time.monotonic()
            if now < self._avoided_until:
                return self._other, self._home
            if self._avoided_until:
                self._avoided_until = now + PATIENCE_SECONDS + PROBE_SECONDS
            return self._home, self._other

    def learned(self, side: Side, well: bool) -> None:
        """Take note of how a Region answered."""
        if side is self._home:
            with self._lock:
                self._avoided_until = 0.0 if well else time.monotonic() + PROBE_SECONDS


class Load:
    """Clients of both Regions.

    Args:
        environment: how to reach the cloud.
        deployment: the stack.
        per_second: writes in total.
        clients: in each Region.
    """

    def __init__(
        self, environment: Mapping[str, str], deployment: Deployment, *, per_second: float, clients: int = 6
    ) -> None:
        self.record = Record()
        self._aws = Aws(environment, read_seconds=PATIENCE_SECONDS, attempts=1)
        self._deployment = deployment
        self._pause = len(deployment.sides) * clients / per_second
        self._stop = threading.Event()
        self._threads = []
        for side in deployment.sides:
            route = Route(side, deployment.other(side))
            self._aws.client("lambda", side.region)
            self._threads += [
                threading.Thread(target=self._client, args=[side, route, number / clients], daemon=True)
                for number in range(clients)
            ]

    def open_accounts(self) -> None:
        """Deposit on each account what the transfers move."""
        for number in range(ACCOUNTS):
            request = {"type": "deposit", "account_id": account(number), "currency": "EUR", "amount": OPENING}
            self._write(self._deployment.primary, Route(*self._deployment.sides), request)

    def begin(self) -> None:
        """Start all clients; time counts from now."""
        self.record = Record()
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let every client finish its write, and stop."""
        self._stop.set()
        for thread in self._threads:
            thread.join(GIVE_UP_SECONDS + PATIENCE_SECONDS)

    def _client(self, home: Side, route: Route, phase: float) -> None:
        due = time.monotonic() + phase * RAMP_SECONDS
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._write(home, route, _request())
            due = max(due + self._pause, time.monotonic() - 1.0)  # what an outage delayed is not all made up for

    def _write(self, home: Side, route: Route, request: Mapping[str, object]) -> None:
        transaction = f"{PREFIX}{uuid.uuid4()}"
        payload = json.dumps({"operation": "write", "transaction_id": transaction, **request}).encode()
        record, began = self.record, self.record.now()
        events: list[str] = []
        backoff = BACKOFF_SECONDS
        while record.now() - began < GIVE_UP_SECONDS and not events:
            for side in route.order():
                event = self._attempt(record, side, payload)
                route.learned(side, event is not None)
                if event is not None:
                    events.append(event)
                    break
            else:
                time.sleep(random.uniform(0.0, backoff))  # noqa: S311
                backoff = min(2 * backoff, LONGEST_BACKOFF_SECONDS)
        record.write(
            Write(transaction, home.region, began, record.now() - began, bool(events), tuple(dict.fromkeys(events)))
        )

    def _attempt(self, record: Record, side: Side, payload: bytes) -> str | None:
        began = record.now()
        event, outcome = None, REFUSED
        try:
            reply = self._aws.client("lambda", side.region).invoke(
                FunctionName=side.functions["transactions"], Payload=payload
            )
            answer = json.loads(reply["Payload"].read())
            if answer.get("statusCode") == 200:
                event, outcome = str(json.loads(answer["body"])["event_id"]), ACCEPTED
        except HTTPClientError:
            outcome = SILENT
        except (BotoCoreError, ClientError):
            outcome = REFUSED
        record.attempt(Attempt(began, side.region, record.now() - began, outcome))
        return event


def _request() -> dict[str, object]:
    amount = f"{random.randint(1, 9999) / 100:.2f}"  # noqa: S311
    if random.random() >= TRANSFERS:  # noqa: S311
        return {"amount": amount, **({"sensitive": {"card": "4111"}} if random.random() < SENSITIVE else {})}  # noqa: S311
    source, target = random.sample(range(ACCOUNTS), 2)
    return {
        "type": "transfer",
        "account_id": account(source),
        "counterparty_id": account(target),
        "currency": "EUR",
        "amount": amount,
    }
