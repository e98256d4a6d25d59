"""What the demonstration plays on: its folders, its cloud, its environment and its stack."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from delivery.code import VARIABLE, package_environment
from delivery.package import Package
from delivery.recovery import Marker, end_leftovers
from delivery.stack import Stack
from localcloud.cloud import Cloud, Layout
from ops.aws import Aws
from ops.deployment import Deployment

WORKSPACE = "demo"
ZONE, NAME = "example.com", "api.example.com"
# The shortest that Route 53 has, for who watches: https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
HEALTH_CHECK = {"failure_threshold": 1, "interval": 10}
# Terraform is fast here: more operations at once than its ten shorten the waiting that the provider does per resource.
PARALLELISM = "-parallelism=40"
_FOREIGN = ("AWS_", "TF_", "PG")


class BusyError(Exception):
    """Another one is running in this repository."""


@dataclass(frozen=True)
class Folders:
    """Where the demonstration, or the drill, keeps its files.

    Args:
        repository: the repository.
        name: of the folder below `build`, and of the workspace: a state of its own, so that a stack deployed by
            `make deploy` stays as it is.
    """

    repository: Path
    name: str = WORKSPACE

    @property
    def base(self) -> Path:
        """Everything of it."""
        return self.repository / "build" / self.name

    @property
    def cloud(self) -> Path:
        """The embedded cloud's files and logs."""
        return self.base / "cloud"

    @property
    def terraform(self) -> Path:
        """Plans and logs of Terraform."""
        return self.base / "terraform"

    @property
    def output(self) -> Path:
        """The synthesized stack."""
        return self.base / "cdktf.out"

    @property
    def packages(self) -> Path:
        """The Lambda packages, shared with `make package`."""
        return self.repository / "build" / "package"

    @property
    def state(self) -> Path:
        """Terraform's state of it."""
        return self.repository / "terraform.tfstate.d" / self.name

    def forget(self) -> None:
        """Remove what an earlier demonstration left: its state, whose cloud is gone, and its marker and logs."""
        shutil.rmtree(self.state, ignore_errors=True)
        for file in [*self.terraform.glob("*.log"), *self.terraform.glob("*.json"), *self.terraform.glob("*.tfplan")]:
            file.unlink(missing_ok=True)


@contextmanager
def alone(folders: Folders) -> Iterator[None]:
    """Hold the demonstration's lock; it goes with this process, however that ends.

    Args:
        folders: where the lock is.

    Raises:
        BusyError: another process holds it.
    """
    folders.base.mkdir(parents=True, exist_ok=True)
    with (folders.base / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise BusyError(
                f"another {folders.name} is running (process {lock.read().strip()}); wait for it"
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Scene:
    """The running cloud and the stack on it.

    Args:
        folders: where files go.
        link_method: how the clusters are linked, `aws-cli` or `provider`.
        layout: the cloud's, `single` or `regional`.
        retry_seconds: the cloud's, before the first retry of an event.
    """

    def __init__(
        self, folders: Folders, link_method: str, layout: Layout = "single", retry_seconds: float = 0.5
    ) -> None:
        self.folders = folders
        self.link_method = link_method
        self.cloud = Cloud(folders.cloud, layout, retry_seconds=retry_seconds)
        self.environment: dict[str, str] = {}
        self._stack: Stack | None = None
        self._deployment: Deployment | None = None
        self._aws: Aws | None = None

    def begin(self, keep: bool) -> None:
        """Start an empty cloud and forget what was before.

        Args:
            keep: whether the cloud outlives this program.
        """
        end_leftovers(Marker(self.folders.terraform / f"unfinished-{self.folders.name}.json"), force=True)
        self.folders.forget()
        if keep:
            self.cloud.up()
        else:
            self.cloud.__enter__()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        kept = {name: os.environ[name] for name in ("TF_PROVIDER_MIRROR", "TF_CLI_CONFIG_FILE") if name in os.environ}
        self.environment = {
            **clean,
            **kept,
            **self.cloud.environment(),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "TF_WORKSPACE": self.folders.name,
            "TF_VAR_link_method": self.link_method,
            "TF_CLI_ARGS_apply": PARALLELISM,
            "TF_CLI_ARGS_destroy": PARALLELISM,
        }
        self._aws = Aws(self.environment)

    def own_zone(self) -> str:
        """Make the hosted zone that an account has; the stack puts its API under a name in it, from now on.

        Returns:
            Id of the zone.
        """
        route53 = self.aws.client("route53", self.environment["AWS_REGION"])
        made = route53.create_hosted_zone(Name=ZONE, CallerReference=self.folders.name)["HostedZone"]["Id"]
        zone = str(made).rpartition("/")[2]
        domain = {"health_check": HEALTH_CHECK, "name": NAME, "routing": "failover", "zone_id": zone}
        self.environment["TF_VAR_api"] = json.dumps({"domain": domain})
        return zone

    def package(self) -> Package:
        """Build the functions' package for this machine; the stack uses a copy of it from now on.

        A copy, because `make package` in the same repository may write the original anew while this runs.
        """
        self.environment = package_environment(self.environment, self.folders.packages)
        built = Package.for_this_machine(self.folders.packages)
        package = replace(built, filename=self.folders.base / built.filename.name)
        shutil.copyfile(built.filename, package.filename)
        self.environment[VARIABLE] = package.variable()
        return package

    @property
    def stack(self) -> Stack:
        """The stack, in the demonstration's own folders."""
        if self._stack is None:
            self._stack = Stack(
                self.folders.repository,
                self.environment,
                lambda _: None,
                output=self.folders.output,
                build=self.folders.terraform,
            )
        return self._stack

    @property
    def aws(self) -> Aws:
        """The cloud's account."""
        assert self._aws is not None, "the cloud is not started"
        return self._aws

    @property
    def deployment(self) -> Deployment:
        """The deployed stack, as its outputs tell."""
        if self._deployment is None:
            self._deployment = Deployment.of(self.stack.terraform.output())
        return self._deployment
