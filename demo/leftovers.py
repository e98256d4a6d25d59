"""See that nothing of the stack is left after its destruction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from demo.scene import Scene
from demo.tour import NotSeenError
from ops.deployment import Deployment


def nothing_left(scene: Scene, deployment: Deployment) -> str:
    """Look for anything that carries the stack's name.

    Args:
        scene: the cloud.
        deployment: the stack as it was.

    Raises:
        NotSeenError: something is left; says what.
    """
    left = list(_objects(scene, deployment))
    if left:
        raise NotSeenError(", ".join(left), f"nothing of {deployment.name}")
    regions = " and ".join(side.region for side in deployment.sides)
    kinds = "cluster, function, bus, rule, queue, role, log group, schedule, API, domain, certificate or record"
    return f"no {kinds} of {deployment.name} in {regions}"


def no_process_left(scene: Scene) -> str:
    """Look for processes of the cloud and of this program.

    Args:
        scene: the cloud, already ended.

    Raises:
        NotSeenError: one still runs; says which.
    """
    running = [name for name, condition in scene.cloud.status().items() if condition != "gone"]
    children = [
        f"{child.pid} {child.name()}"
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE  # ended, and only waits for this program to take note
    ]
    if running or children:
        raise NotSeenError(", ".join(running + children), "no process")
    return "no process of the cloud, of Terraform or of its providers"


def log_files(scene: Scene) -> list[Path]:
    """Where to look after a failure.

    Args:
        scene: the cloud and the stack.
    """
    return [scene.folders.cloud / "logs", scene.folders.terraform]


def _objects(scene: Scene, deployment: Deployment) -> Iterator[str]:
    for side in deployment.sides:
        for kind, names in _regional(scene, side.region).items():
            yield from (f"{kind} {name} in {side.region}" for name in names)
    region = deployment.primary.region
    route53 = scene.aws.client("route53", region)
    yield from (f"health check {check['Id']}" for check in route53.list_health_checks()["HealthChecks"])
    for zone in route53.list_hosted_zones()["HostedZones"]:
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        yield from (f"record {record['Name']}" for record in records if record["Name"] != zone["Name"])
    roles = scene.aws.client("iam", region).list_roles()["Roles"]
    names = [role["RoleName"] for role in roles]
    yield from (f"role {name}" for name in names if name.startswith(f"{deployment.name}-"))


def _regional(scene: Scene, region: str) -> dict[str, list[str]]:
    """Everything in a Region of the embedded cloud, which holds nothing but the stack."""

    def client(service: str) -> Any:
        return scene.aws.client(service, region)

    buses = [bus["Name"] for bus in client("events").list_event_buses()["EventBuses"]]
    return {
        "cluster": [cluster["identifier"] for cluster in client("dsql").list_clusters()["clusters"]],
        "function": [function["FunctionName"] for function in client("lambda").list_functions()["Functions"]],
        "event bus": [bus for bus in buses if bus != "default"],
        "queue": client("sqs").list_queues().get("QueueUrls", []),
        "API": [api["Name"] for api in client("apigatewayv2").get_apis()["Items"]],
        "custom domain": [domain["DomainName"] for domain in client("apigatewayv2").get_domain_names()["Items"]],
        "certificate": [
            certificate["DomainName"] for certificate in client("acm").list_certificates()["CertificateSummaryList"]
        ],
        "log group": [group["logGroupName"] for group in client("logs").describe_log_groups()["logGroups"]],
        "schedule": [schedule["Name"] for schedule in client("scheduler").list_schedules()["Schedules"]],
    }
