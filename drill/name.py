"""One name for both Regions: the zone and the settings that it takes, and a client who writes by it."""

from __future__ import annotations

import json
import threading
import uuid

from drill.load import PATIENCE_SECONDS, PREFIX
from drill.record import Call, Record
from ops.aws import Aws
from ops.deployment import Deployment
from ops.http_api import Reply, request

ZONE = "example.com"
NAME = f"drill.{ZONE}"
# The quickest that Route 53 offers: the name shall turn within a fault.
INTERVAL_SECONDS = 10
FAILURES = 1
# docs/api.md: interval x threshold, up to one interval before the first check that sees it, 6 s for its answer. What a
# resolver keeps for the TTL of 60 s comes on top on AWS; this client asks anew each time.
LONGEST_TURN_SECONDS = INTERVAL_SECONDS * FAILURES + INTERVAL_SECONDS + 6.0
EVERY_SECONDS = 0.5


def settings(aws: Aws) -> dict[str, str]:
    """Make a hosted zone; returns the Terraform variables by which the stack gets its name in it.

    Args:
        aws: the cloud's account.
    """
    client = aws.client("route53", "us-east-1")
    zone = client.create_hosted_zone(Name=ZONE, CallerReference=str(uuid.uuid4()))["HostedZone"]["Id"]
    checks = {"interval": INTERVAL_SECONDS, "failure_threshold": FAILURES}
    domain = {"name": NAME, "zone_id": zone.rpartition("/")[2], "routing": "failover", "health_check": checks}
    return {"TF_VAR_api": json.dumps({"domain": domain})}


class Caller:
    """A client who knows the name alone, and never asks twice for the same.

    Args:
        aws: the cloud's account.
        deployment: the stack.
        record: takes each call.
    """

    def __init__(self, aws: Aws, deployment: Deployment, record: Record) -> None:
        self._aws, self._deployment, self._record = aws, deployment, record
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
        # The embedded cloud takes a signature for any Region; on AWS a caller signs for the one that answers.
        signed_for = self._deployment.primary.region
        body = {"transaction_id": transaction, "amount": "1.00"}
        url = f"https://{NAME}/transactions"
        try:
            reply = request(self._aws, "POST", url, body, sign_for=signed_for, timeout=PATIENCE_SECONDS)
        except OSError:
            reply = Reply(0, {}, {})
        region = str(reply.body["region"]) if reply.status == 201 else ""
        self._record.call(Call(began, self._record.now() - began, transaction, region))
