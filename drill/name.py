"""A client who writes by the one name of both Regions, and never asks twice for the same."""

from __future__ import annotations

import threading
import uuid

from demo.scene import HEALTH_CHECK, NAME
from drill.load import PATIENCE_SECONDS, PREFIX
from drill.record import Call, Record
from ops.aws import Aws
from ops.deployment import Deployment
from ops.http_api import NamedApi, Reply

# docs/api.md: interval x threshold, up to one interval before the first check that sees it, 6 s for its answer. What a
# resolver keeps for the TTL of 60 s comes on top on AWS; this client asks anew each time.
LONGEST_TURN_SECONDS = HEALTH_CHECK["interval"] * (HEALTH_CHECK["failure_threshold"] + 1) + 6.0
EVERY_SECONDS = 0.5


class Caller:
    """The client.

    Args:
        aws: the cloud's account.
        deployment: the stack.
        record: takes each call.
    """

    def __init__(self, aws: Aws, deployment: Deployment, record: Record) -> None:
        primary, secondary = deployment.sides
        self._api = NamedApi(aws, f"https://{NAME}", (primary.region, secondary.region))
        self._record = record
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        """Call twice a second from now on."""
        self._thread.start()

    def end(self) -> None:
        """Let the last call finish, and stop."""
        self._stop.set()
        self._thread.join(2 * PATIENCE_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self._call()

    def _call(self) -> None:
        transaction, began = f"{PREFIX}{uuid.uuid4()}", self._record.now()
        body = {"transaction_id": transaction, "amount": "1.00"}
        try:
            reply = self._api.request("POST", "/transactions", body, timeout=PATIENCE_SECONDS)
        except OSError:
            reply = Reply(0, {}, {})
        region = str(reply.body["region"]) if reply.status == 201 else ""
        self._record.call(Call(began, self._record.now() - began, transaction, region))
