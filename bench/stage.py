"""A linked pair of clusters with the application's schema on an embedded cloud, for what is measured on a database."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from bench.measure import BenchError
from localcloud.cloud import Cloud

PRIMARY, SECONDARY, WITNESS = "us-east-1", "us-east-2", "us-west-2"
BUS = "transactions"
_MIGRATE = """
import json, sys, types
import migrate
sys.stdout = sys.stderr
context = types.SimpleNamespace(function_name="migrate", aws_request_id="bench")
context.get_remaining_time_in_millis = lambda: 300_000
migrate.handler(json.loads(sys.argv[1]), context)
"""


@dataclass(frozen=True)
class Stage:
    """The pair.

    Args:
        environment: what a client of the embedded cloud needs.
        identifiers: the clusters' ids by Region.
        package: folder of the unzipped Lambda package.
    """

    environment: Mapping[str, str]
    identifiers: Mapping[str, str]
    package: Path

    @property
    def port(self) -> int:
        """Of the database, on 127.0.0.1."""
        return int(self.environment["PGPORT"])

    def variables(self, role: str, region: str = PRIMARY) -> dict[str, str]:
        """The environment of a function.

        Args:
            role: the database role to connect as.
            region: where it runs.
        """
        return {
            **self.environment,
            "PYTHONPATH": str(self.package),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "CLUSTER_IDENTIFIER": self.identifiers[region],
            "CLUSTER_ENDPOINT": f"{self.identifiers[region]}.dsql.{region}.on.aws",
            "DATABASE_ROLE": role,
            "RELAY_FUNCTION_NAME": "relay",
            "EVENT_BUS_NAME": BUS,
        }

    def run(self, program: Path, *arguments: object, role: str = "app", **more: str) -> dict[str, Any]:
        """Run a program with the package on its path; returns the JSON object that it prints.

        Args:
            program: a file of Python.
            arguments: its arguments.
            role: the database role.
            more: more variables of its environment.

        Raises:
            BenchError: it failed.
        """
        return _run([sys.executable, str(program), *map(str, arguments)], {**self.variables(role), **more})


@contextmanager
def stage(package: Path) -> Iterator[Stage]:
    """Start an embedded cloud, link a pair, apply the migrations; ends with the block.

    Args:
        package: folder of the unzipped Lambda package.
    """
    with tempfile.TemporaryDirectory() as directory, Cloud(Path(directory)) as cloud:
        environment = cloud.environment()
        for region in (PRIMARY, SECONDARY):
            _client(environment, "events", region).create_event_bus(Name=BUS)
        ready = Stage(environment, _linked(environment), package)
        caller = _client(environment, "sts", PRIMARY).get_caller_identity()["Arn"]
        roles = {"roles": {role: [caller] for role in ("app", "relay", "consumer")}}
        _run([sys.executable, "-c", _MIGRATE, json.dumps(roles)], ready.variables("admin"), answers=False)
        yield ready


def _linked(environment: Mapping[str, str]) -> dict[str, str]:
    clients = {region: _client(environment, "dsql", region) for region in (PRIMARY, SECONDARY)}
    made = {
        region: client.create_cluster(deletionProtectionEnabled=False, multiRegionProperties={"witnessRegion": WITNESS})
        for region, client in clients.items()
    }
    for region, client in clients.items():
        peer = made[SECONDARY if region == PRIMARY else PRIMARY]["arn"]
        client.update_cluster(
            identifier=made[region]["identifier"],
            multiRegionProperties={"witnessRegion": WITNESS, "clusters": [peer]},
        )
    for region, client in clients.items():
        while client.get_cluster(identifier=made[region]["identifier"])["status"] != "ACTIVE":
            time.sleep(0.1)
    return {region: cluster["identifier"] for region, cluster in made.items()}


def _client(environment: Mapping[str, str], service: str, region: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=region,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def _run(command: list[str], environment: Mapping[str, str], *, answers: bool = True) -> dict[str, Any]:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{command[1][-60:]} failed:\n{done.stderr[-1500:]}")
    return dict(json.loads(done.stdout.splitlines()[-1])) if answers else {}
