"""The recipe's own checks, its four groups of Validation & Testing, with the real AWS CLI."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.scene import Scene
from demo.tour import Note, NotSeenError, Tour
from ops.deployment import Side

TRANSACTION = "test-001"
CLI_SECONDS = 60


class CommandLine:
    """The AWS CLI of this environment.

    Args:
        environment: whole environment of the commands.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def __call__(self, *arguments: str) -> str:
        """Run `aws` and return what it printed.

        Args:
            arguments: what follows `aws`.

        Raises:
            NotSeenError: it failed; says what it printed.
        """
        ran = subprocess.run(
            ["aws", *arguments], env=self._environment, capture_output=True, text=True, timeout=CLI_SECONDS
        )
        if ran.returncode != 0:
            raise NotSeenError(f"`aws {shlex.join(arguments)}` exits {ran.returncode}: {ran.stderr.strip()}", "exit 0")
        return ran.stdout.strip()

    def invoke(self, side: Side, request: Mapping[str, Any]) -> dict[str, Any]:
        """`aws lambda invoke`, as the recipe does it.

        Args:
            side: Region to invoke in.
            request: the payload.

        Returns:
            The content of the response file.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "response.json"
            arguments = ["lambda", "invoke", "--region", side.region, "--function-name", side.functions["transactions"]]
            arguments += ["--payload", json.dumps(request, separators=(",", ":"))]
            if self._version() >= 2:  # version 1 takes the payload as it is and does not know the option
                arguments += ["--cli-binary-format", "raw-in-base64-out"]
            self(*arguments, str(file))
            answer: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return answer

    def _version(self) -> int:
        return int(self("--version").removeprefix("aws-cli/").partition(".")[0])


def check(tour: Tour, scene: Scene) -> None:
    """Run the four groups.

    Args:
        tour: shows the hops.
        scene: where the stack is deployed.
    """
    aws = CommandLine(scene.environment)
    tour.hop("aws dsql get-cluster: both clusters are ACTIVE and linked", lambda note: _clusters(aws, scene, note))
    tour.hop("aws lambda invoke: the function answers a read", lambda note: _reads(aws, scene, note))
    tour.hop("aws events: rules and targets carry events across", lambda note: _events(aws, scene, note))
    tour.hop("aws lambda invoke: write in the primary, read in the secondary", lambda note: _write(aws, scene, note))


def _clusters(aws: CommandLine, scene: Scene, note: Note) -> str:
    seen = []
    for side in scene.deployment.sides:
        note(side.region)
        common = ["dsql", "get-cluster", "--region", side.region, "--identifier", side.cluster_identifier]
        status = aws(*common, "--query", "status", "--output", "text")
        properties = json.loads(aws(*common, "--query", "multiRegionProperties"))
        other = scene.deployment.other(side)
        if status != "ACTIVE" or other.cluster_arn not in properties.get("clusters", []):
            raise NotSeenError(f"{side.region}: {status}, {properties}", f"ACTIVE, linked to {other.cluster_arn}")
        if properties.get("witnessRegion") != scene.deployment.witness_region:
            raise NotSeenError(str(properties), f"witness {scene.deployment.witness_region}")
        witness = properties["witnessRegion"]
        seen.append(f"{side.region}: {status}, linked to {other.cluster_identifier}, witness {witness}")
    return "\n".join(seen)


def _reads(aws: CommandLine, scene: Scene, _: Note) -> str:
    return _read(aws, scene.deployment.primary)


def _read(aws: CommandLine, side: Side) -> str:
    answer = aws.invoke(side, {"operation": "read"})
    wanted = {"cluster_status": "ACTIVE", "region": side.region, "multi_region": True}
    if answer.get("statusCode") != 200 or json.loads(answer["body"]) != wanted:
        raise NotSeenError(json.dumps(answer), json.dumps({"statusCode": 200, "body": wanted}))
    return f"{side.functions['transactions']}: {json.dumps(answer)}"


def _events(aws: CommandLine, scene: Scene, note: Note) -> str:
    seen = []
    for side in scene.deployment.sides:
        note(side.region)
        place = ["--region", side.region, "--event-bus-name", side.bus]
        states = {rule["Name"]: rule["State"] for rule in json.loads(aws("events", "list-rules", *place))["Rules"]}
        for name in (side.forward_rule, side.receive_rule):
            if states.get(name) != "ENABLED":
                raise NotSeenError(str(states), f"{name} ENABLED")
        targets = json.loads(aws("events", "list-targets-by-rule", "--rule", side.forward_rule, *place))["Targets"]
        wanted = scene.deployment.other(side).bus_arn
        if [target["Arn"] for target in targets] != [wanted]:
            raise NotSeenError(str(targets), wanted)
        seen.append(f"{side.region}: {side.forward_rule} ENABLED, target {wanted}")
    return "\n".join(seen)


def _write(aws: CommandLine, scene: Scene, note: Note) -> str:
    primary, secondary = scene.deployment.sides
    note(primary.region)
    answer = aws.invoke(primary, {"operation": "write", "transaction_id": TRANSACTION, "amount": 100.50})
    body = json.loads(answer["body"])
    told = {name: body.get(name) for name in ("message", "transaction_id", "region")}
    wanted = {
        "message": "Transaction created successfully",
        "transaction_id": TRANSACTION,
        "region": primary.region,
    }
    if answer.get("statusCode") != 200 or told != wanted:
        raise NotSeenError(json.dumps(answer), json.dumps({"statusCode": 200, "body": wanted}))
    note(secondary.region)
    return f"{primary.functions['transactions']}: {json.dumps(answer)}\n{_read(aws, secondary)}"
