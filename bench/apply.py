"""Time of `terraform apply` of one application on the embedded cloud, beside the same by hand; and of everything on."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import boto3

from bench import complete, report, roots
from bench.imports import build_for_this_machine
from bench.measure import Times, run
from bench.roots import BY_HAND, OURS
from delivery.package import Package
from delivery.terraform import Terraform
from localcloud.cloud import Cloud

BAR = 1.15
RUNS = 3
# As `make demo` and the tests apply: Terraform's ten at once would wait for each other's fixed pauses in the provider.
PARALLELISM = "-parallelism=40"


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write two sections of docs/performance.md.

    Args:
        repository: folder of `examples` and `bench`.
        environment: the user's environment.

    Returns:
        Whether the bar is held.

    Raises:
        BenchError: an apply failed.
        DeliveryError: the package cannot be built.
    """
    load = report.load()
    packages = repository / "build" / "package"
    build_for_this_machine(packages)
    package = Package.for_this_machine(packages)
    build = repository / "build" / "bench"
    count = roots.alike(
        {
            OURS: roots.ours(repository, build / "ours-1", environment),
            BY_HAND: (hand := roots.by_hand(repository, build / "hand-1", environment)),
        }
    )
    versions = roots.versions(hand)
    found: dict[str, list[float]] = {OURS: [], BY_HAND: []}
    for _ in range(RUNS):
        for name in found:
            found[name].append(_apply(repository, name, package, environment))
    ours, by_hand = (Times(tuple(found[name]), tuple(found[name])) for name in (OURS, BY_HAND))
    ratio = ours.median / by_hand.median
    report.write(
        repository / "docs" / "performance.md",
        "Apply",
        "make bench ARGS=apply",
        f"`terraform apply` of one application, {count} resources, on an embedded cloud that was started for it: "
        f"clusters, link, schema and all, with `{PARALLELISM}`. The ratio is {ratio:.2f}; at most {BAR} is allowed. "
        "Most of it is waiting, in fixed pauses of the provider, the same for both. Several applications are compared "
        "by their [plans](#growth) alone: to apply eight takes longer than all other sections.\n\n"
        f"| root | clock |\n|---|---|\n| {OURS} | {ours.clock} |\n| {BY_HAND} | {by_hand.clock} |\n\n{versions}",
        load,
    )
    complete.measure(repository, package, environment, PARALLELISM)
    return ratio <= BAR


def _apply(repository: Path, name: str, package: Package, environment: Mapping[str, str]) -> float:
    with tempfile.TemporaryDirectory() as directory, Cloud(Path(directory)) as cloud:
        terraform = _root(repository, name, environment, cloud.environment())
        variables = {"lambda_package": json.loads(package.variable())}
        (terraform.directory / "terraform.tfvars.json").write_text(json.dumps(variables), encoding="utf-8")
        started = time.perf_counter()
        run(
            [terraform.binary, "apply", "-auto-approve", "-input=false", "-no-color", PARALLELISM],
            terraform.directory,
            terraform.environment,
        )
        return time.perf_counter() - started


def _root(repository: Path, name: str, environment: Mapping[str, str], cloud: Mapping[str, str]) -> Terraform:
    """A root whose providers ask the embedded cloud."""
    make = roots.ours if name == OURS else roots.by_hand
    folder = repository / "build" / "bench" / "applied"
    terraform = make(repository, folder, environment, account=_account(cloud))
    (terraform.directory / "offline_override.tf").unlink()
    path = os.pathsep.join([os.fspath(Path(sys.executable).parent), environment["PATH"]])  # the AWS CLI of this one
    return dataclasses.replace(terraform, environment={**terraform.environment, **cloud, "PATH": path})


def _account(cloud: Mapping[str, str]) -> str:
    keys = cloud["AWS_ACCESS_KEY_ID"], cloud["AWS_SECRET_ACCESS_KEY"]
    session = boto3.Session(*keys, region_name=cloud["AWS_REGION"])
    return session.client("sts", endpoint_url=cloud["AWS_ENDPOINT_URL"]).get_caller_identity()["Account"]
