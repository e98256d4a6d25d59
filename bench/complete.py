"""Resources and seconds of `examples/complete` with everything on: plan, apply, "No changes" twice, destroy."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import boto3

from bench import report, roots
from bench.measure import BenchError
from delivery import offline
from delivery.package import Package
from delivery.terraform import Terraform
from localcloud.cloud import Cloud
from localcloud.settings import ACCOUNT

SECTION = "Everything on"


def measure(repository: Path, package: Package, environment: Mapping[str, str], parallelism: str) -> None:
    """Measure once, and write the section of docs/performance.md.

    Args:
        repository: folder of `examples`.
        package: the functions' code for this machine.
        environment: the user's environment.
        parallelism: Terraform's argument for apply and destroy.

    Raises:
        BenchError: a plan after the apply changes something, or the destroy leaves something.
        TerraformError: a command failed.
    """
    load = report.load()
    with tempfile.TemporaryDirectory() as directory, Cloud(Path(directory)) as cloud:
        terraform = _root(repository, package, environment, cloud.environment(), parallelism)
        rows, first = [], terraform.plan()
        count = first.counts.added
        rows.append(("the first plan", _seconds(terraform.plan)))
        rows.append((f"apply, {count} added", _seconds(lambda: terraform.apply(first))))
        rows += [
            (f'{which} plan after it, "No changes"', _seconds(lambda: _same(terraform))) for which in ("a", "another")
        ]
        off = {"deletion_protection": "false"}
        rows.append(("deletion protection off", _seconds(lambda: terraform.apply(variables=off))))
        rows.append((f"destroy, {count} destroyed", _seconds(lambda: terraform.destroy(variables=off))))
        if left := terraform.addresses():
            raise BenchError(f"the destroy left {', '.join(left)}")
        versions = roots.versions(terraform)
    table = "\n".join(f"| {what} | {seconds:.1f} s |" for what, seconds in rows)
    report.write(
        repository / "docs" / "performance.md",
        SECTION,
        "make bench ARGS=apply",
        f"`examples/complete` with everything on, its network too: {count} resources on an embedded cloud that was "
        f"started for it, once, with `{parallelism}`.\n\n"
        f"| step | clock |\n|---|---|\n{table}\n\n{versions}",
        load,
    )


def _root(
    repository: Path, package: Package, environment: Mapping[str, str], cloud: Mapping[str, str], parallelism: str
) -> Terraform:
    folder = repository / "build" / "bench" / "complete"
    copied = offline.copy(repository, Path("examples") / "complete", folder)
    (copied / "offline_override.tf").unlink()
    domain = {"name": "api.payments.example.com", "zone_id": _zone(cloud, "payments.example.com")}
    package_value = json.loads(package.variable())
    given = {"account_id": ACCOUNT, "domain": domain, "lambda_package": package_value, "private_network": True}
    (copied / "terraform.tfvars.json").write_text(json.dumps(given), encoding="utf-8")
    terraform = offline.terraform(copied, environment, folder / "terraform")
    path = os.pathsep.join([os.fspath(Path(sys.executable).parent), environment["PATH"]])  # the AWS CLI of this one
    told = {"PATH": path, "TF_CLI_ARGS_apply": parallelism, "TF_CLI_ARGS_destroy": parallelism}
    terraform = dataclasses.replace(terraform, environment={**terraform.environment, **cloud, **told})
    terraform.init()
    return terraform


def _zone(cloud: Mapping[str, str], name: str) -> str:
    """Id of a new hosted zone, which a caller has before."""
    keys = cloud["AWS_ACCESS_KEY_ID"], cloud["AWS_SECRET_ACCESS_KEY"]
    session = boto3.Session(*keys, region_name=cloud["AWS_REGION"])
    client = session.client("route53", endpoint_url=cloud["AWS_ENDPOINT_URL"])
    return str(client.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]).rpartition("/")[2]


def _same(terraform: Terraform) -> None:
    if (plan := terraform.plan()).changes:
        raise BenchError(f"a plan after the apply would change: {', '.join(plan.summary())}")


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
