"""One deployment of everything on an embedded cloud, shared by the session: an apply takes about a minute."""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from delivery.code import chosen, package_environment
from delivery.stack import Stack
from localcloud.cloud import Cloud
from ops.aws import Aws
from ops.deployment import Deployment

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Deployed:
    """The stack as it is deployed, and the cloud that it is deployed on."""

    cloud: Cloud
    environment: dict[str, str]
    stack: Stack
    aws: Aws
    deployment: Deployment

    def apply(self, **variables: str) -> str:
        """Apply with other values of variables; returns what was done, such as `2 changed`."""
        return str(self.stack.terraform.apply(variables=variables))

    def changes(self, **variables: str) -> list[str]:
        """Addresses that a plan with these values would touch."""
        plan = self.stack.terraform.plan(variables=variables)
        touched = plan.document.get("resource_changes", [])
        found = [found["address"] for found in touched if found["change"]["actions"] not in (["no-op"], ["read"])]
        assert bool(found) or not plan.changes, "an output changed"
        return found


@pytest.fixture(scope="session")
def cloud(tmp_path_factory):
    with Cloud(tmp_path_factory.mktemp("cloud")) as started:
        yield started


@pytest.fixture(scope="session")
def cloud_environment(cloud, tmp_path_factory):
    """What points tools to the embedded cloud, with nothing of the caller's own AWS and Terraform settings."""
    foreign = ("AWS_", "TF_", "PG")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    state = tmp_path_factory.mktemp("state")
    return {
        **clean,
        **cloud.environment(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}",
        "TF_CLI_ARGS_init": f"-backend-config=path={state / 'default'} -backend-config=workspace_dir={state / 'more'}",
        # Terraform's ten at once wait for each other's fixed pauses in the provider.
        "TF_CLI_ARGS_apply": "-parallelism=40",
        "TF_CLI_ARGS_destroy": "-parallelism=40",
    }


@pytest.fixture(scope="session")
def package_settings(cloud_environment, tmp_path_factory):
    """The same, with the Lambda package built and named."""
    packages = tmp_path_factory.mktemp("package")
    environment = package_environment(cloud_environment, packages)
    assert chosen(environment, packages) is not None
    return environment


@pytest.fixture(scope="session")
def deployed(cloud, package_settings, tmp_path_factory):
    caller = Aws(package_settings).client("sts", "us-east-1").get_caller_identity()["Arn"]
    environment = {**package_settings, "TF_VAR_readonly_role_arns": json.dumps([caller])}
    work = tmp_path_factory.mktemp("work")
    stack = Stack(REPOSITORY, environment, lambda _: None, output=work / "cdktf.out", build=work / "terraform")
    stack.synthesize()
    stack.prepare()
    stack.apply(stack.plan())
    yield Deployed(cloud, environment, stack, Aws(environment), Deployment.of(stack.terraform.output()))
    if stack.terraform.addresses():
        stack.destroy()
