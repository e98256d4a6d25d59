"""The checks that write: one small transaction in each Region, read and received in the other."""

from __future__ import annotations

import time
import uuid

from ops.application import Answer, await_hop, invoke
from ops.aws import Aws
from ops.check import CheckFailedError, Section
from ops.deployment import Deployment, Side
from ops.functions import look_in_log

EVENT_SECONDS = 60.0  # EventBridge promises no bound; half a second is typical, the relay's schedule runs each minute


def canary(aws: Aws, stack: Deployment, side: Side) -> str:
    """A write in one Region is read in the other at once, and its event is received there."""
    other = stack.other(side)
    began = time.time()
    transaction = f"canary-{uuid.uuid4()}"
    written = invoke(aws, side, {"operation": "write", "transaction_id": transaction, "amount": 0.01})
    if written.status != 200:
        raise CheckFailedError(str(written), "200", look_in_log(side, "transactions"), Section.HEALTH)
    stored = invoke(aws, other, {"operation": "read", "transaction_id": transaction})
    if not _is_row(stored, transaction, side):
        wanted = f"the row written in {side.region}"
        raise CheckFailedError(str(stored), wanted, look_in_log(other, "transactions"), Section.CLUSTER)
    event = str(written.body["event_id"])
    waiting = time.monotonic()
    received = await_hop(aws, other, "consumer", event, hop="received", since=began - 5, seconds=EVENT_SECONDS)
    if received is None:
        cause = f"{look_in_log(side, 'relay')}; then the queue `undelivered` there; {look_in_log(other, 'consumer')}"
        raise CheckFailedError(f"no receipt of event {event}", f"one within {EVENT_SECONDS:g} s", cause)
    return f"{transaction}: read in {other.region}, event received after {time.monotonic() - waiting:.1f} s"


def _is_row(answer: Answer, transaction: str, side: Side) -> bool:
    row = answer.body
    return answer.status == 200 and row.get("transaction_id") == transaction and row.get("region") == side.region
