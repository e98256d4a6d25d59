"""Checks of the functions: there, unchanged, answering, with a schema that fits."""

from __future__ import annotations

from typing import Any

from ops.application import Answer, invoke
from ops.aws import Aws
from ops.check import CheckFailedError, Section
from ops.deployment import CONTENT, Deployment, Side

STALE_SECONDS = 300.0  # `degraded` in docs/openapi.json
ASYNCHRONOUS = ("consumer", "relay", *CONTENT)
_REDEPLOY = "somebody changed it by hand: run `make deploy` again"
_DEEP_HEALTH = {
    "version": "2.0",
    "rawPath": "/health/deep",
    "requestContext": {"http": {"method": "GET", "path": "/health/deep"}, "stage": "$default"},
}


def present(aws: Aws, _: Deployment, side: Side) -> str:
    """Each function exists, has its own role, is bound to this Region's cluster, is not switched off, and is Active."""
    found = {name: _configuration(aws, side, name) for name in side.functions.values()}
    for name, configuration in found.items():
        _compare(name, configuration, side)
    client = aws.client("lambda", side.region)
    for name in found:
        if client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions") == 0:
            seen = f"{name} has a reserved concurrency of 0"
            raise CheckFailedError(seen, "more, or none", f"it was switched off: {_REDEPLOY}")
    # Last, because a function that somebody has just changed is also not Active for a moment.
    for name, configuration in found.items():
        _active(name, configuration)
    return f"{len(side.functions)} functions Active: {', '.join(sorted(side.functions))}"


def _configuration(aws: Aws, side: Side, name: str) -> dict[str, Any]:
    client = aws.client("lambda", side.region)
    try:
        return dict(client.get_function_configuration(FunctionName=name))
    except client.exceptions.ResourceNotFoundException:
        raise CheckFailedError(f"no function {name}", name, "it was deleted: run `make deploy` again") from None


def _compare(name: str, found: dict[str, Any], side: Side) -> None:
    role = found["Role"].rpartition("/")[2]
    if role != name:
        raise CheckFailedError(f"{name} has the role {role}", f"the role {name}", _REDEPLOY)
    endpoint = found.get("Environment", {}).get("Variables", {}).get("CLUSTER_ENDPOINT", "")
    if not endpoint.startswith(f"{side.cluster_identifier}."):
        raise CheckFailedError(f"{name} connects to {endpoint or 'nothing'}", f"{side.cluster_identifier}.…", _REDEPLOY)


def _active(name: str, found: dict[str, Any]) -> None:
    states = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
    if states != ("Active", "Successful"):
        reason = found.get("StateReason") or found.get("LastUpdateStatusReason") or "AWS says no more"
        raise CheckFailedError(f"{name} is {' and '.join(states)}", "Active and Successful", reason)


def same_code(aws: Aws, stack: Deployment, side: Side) -> str:
    """Both Regions run the same package."""
    other = stack.other(side)
    for purpose in side.functions:
        hashes = [
            aws.client("lambda", here.region).get_function_configuration(FunctionName=here.functions[purpose])[
                "CodeSha256"
            ]
            for here in (side, other)
        ]
        if hashes[0] != hashes[1]:
            raise CheckFailedError(
                f"{purpose}: {hashes[0][:12]} here, {hashes[1][:12]} in {other.region}",
                "the same package",
                "an apply was interrupted, or one function was updated by hand: run `make deploy` again",
            )
    return f"the package of {other.region}"


def failures_kept(aws: Aws, _: Deployment, side: Side) -> str:
    """What an asynchronous function fails on for good goes to the queue `failed`."""
    client = aws.client("lambda", side.region)
    wanted = side.queues["failed"].rpartition("/")[2]
    purposes = [purpose for purpose in ASYNCHRONOUS if purpose in side.functions]
    for purpose in purposes:
        name = side.functions[purpose]
        try:
            found = client.get_function_event_invoke_config(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            found = {}
        destination = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", "")
        if destination.rpartition(":")[2] != wanted:
            raise CheckFailedError(
                f"failures of {name} go to {destination or 'nowhere'}",
                f"the queue {wanted}",
                f"failed events would be lost; {_REDEPLOY}",
            )
    return f"failures of {', '.join(purposes)} go to {wanted}"


def logs_kept(aws: Aws, _: Deployment, side: Side) -> str:
    """Each function has its log group, with a retention."""
    client = aws.client("logs", side.region)
    for name in side.functions.values():
        group = f"/aws/lambda/{name}"
        found = [
            known
            for known in client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
            if known["logGroupName"] == group
        ]
        if not found:
            raise CheckFailedError(f"no log group {group}", group, "it was deleted: run `make deploy` again")
        if not found[0].get("retentionInDays"):
            raise CheckFailedError(
                f"{group} is kept for ever",
                "a retention",
                f"Lambda made it anew after it was deleted: import it, {_REDEPLOY}",
            )
    return f"{len(side.functions)} log groups"


def read(aws: Aws, _: Deployment, side: Side) -> str:
    """The function answers the recipe's read with its own Region and an ACTIVE cluster."""
    answer = invoke(aws, side, {"operation": "read"})
    wanted = {"cluster_status": "ACTIVE", "region": side.region, "multi_region": True}
    seen = {name: answer.body.get(name) for name in wanted}
    if answer.status != 200 or seen != wanted:
        raise CheckFailedError(str(answer), f"200 {wanted}", look_in_log(side, "transactions"))
    return str(answer)


def healthy(aws: Aws, _: Deployment, side: Side) -> str:
    """The function reaches its database, its circuit is closed, and no event waits for long."""
    answer = deep_health(aws, side)
    body = answer.body
    circuit = body.get("database", {}).get("circuit")
    if answer.status != 200 or circuit != "closed":
        raise CheckFailedError(
            str(answer),
            "200, circuit closed",
            f"the database cannot be reached as role app; {look_in_log(side, 'transactions')}",
        )
    oldest = body["outbox"]["oldest_seconds"]
    if oldest >= STALE_SECONDS:
        raise CheckFailedError(
            f"the oldest event waits for {oldest:.0f} s",
            f"less than {STALE_SECONDS:.0f} s",
            f"the relay does not run, or the bus refuses; {look_in_log(side, 'relay')}",
            Section.OUTBOX,
        )
    return f"database in {body['database']['milliseconds']} ms, oldest event {oldest:.0f} s"


def schema(aws: Aws, _: Deployment, side: Side) -> str:
    """Every migration of the package is applied."""
    answer = deep_health(aws, side)
    versions = answer.body.get("schema")
    if answer.status != 200 or versions is None:
        raise CheckFailedError(str(answer), "200 with the schema's version", look_in_log(side, "transactions"))
    applied, packaged = versions["applied"], versions["packaged"]
    if applied < packaged:
        raise CheckFailedError(
            f"version {applied}", f"version {packaged}", "a migration is missing: run `make deploy` again"
        )
    return f"version {applied}"


def deep_health(aws: Aws, side: Side) -> Answer:
    """What `/health/deep` answers, asked directly, so that it works without an API.

    Args:
        aws: the account.
        side: the Region.
    """
    return invoke(aws, side, _DEEP_HEALTH)


def look_in_log(side: Side, function: str) -> str:
    """Where to read on after a function failed.

    Args:
        side: the Region.
        function: which of its functions.
    """
    return f"look in the log group /aws/lambda/{side.functions[function]} in {side.region}"
