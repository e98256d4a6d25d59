"""The stack `transactions`: synthesize it, plan it, deploy it, destroy it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from delivery import additions, holdings, orphans, protection, recovery, state_file
from delivery.additions import Addition
from delivery.errors import DeliveryError, RefusedError
from delivery.events import Counts, Progress
from delivery.process import follow
from delivery.providers import Source, choose
from delivery.terraform import OnProgress, Plan, Terraform, TerraformError, quiet_environment, resources
from delivery.toolchain import Binary, find_terraform
from ops.aws import Aws

NAME = "transactions"


def _nothing(_: Progress) -> None:
    return None


@dataclass(frozen=True)
class Stack:
    """One synthesized stack and its deployment in one workspace.

    Args:
        repository: folder of `main.py`.
        environment: the whole environment: credentials, endpoint, TF_VAR_ variables, TF_WORKSPACE.
        say: receives lines for the user.
        output: where `main.py` synthesizes to (default: `cdktf.out` of the repository).
        build: folder for plans, logs and the CLI configuration (default: `build/terraform` of the repository).
    """

    repository: Path
    environment: Mapping[str, str]
    say: Callable[[str], None] = print
    output: Path | None = None
    build: Path | None = None

    @property
    def directory(self) -> Path:
        """The synthesized Terraform configuration."""
        return (self.output or self.repository / "cdktf.out") / "stacks" / NAME

    @property
    def build_directory(self) -> Path:
        """Plans, logs, the CLI configuration and the marker of an unfinished apply."""
        return self.build or self.repository / "build" / "terraform"

    @cached_property
    def marker(self) -> recovery.Marker:
        """Says whether the last apply in this workspace ended well."""
        workspace = self.environment.get("TF_WORKSPACE") or "default"
        return recovery.Marker(self.build_directory / f"unfinished-{workspace}.json")

    @cached_property
    def binary(self) -> Binary:
        """The Terraform program.

        Raises:
            ToolMissingError: none, or too old.
        """
        return find_terraform(self.environment)

    @cached_property
    def source(self) -> Source:
        """Where the provider comes from.

        Raises:
            ToolMissingError: no provider to be found.
        """
        return choose(self.environment, platform=self.binary.platform, folder=self.build_directory)

    @cached_property
    def terraform(self) -> Terraform:
        """Terraform on the synthesized stack, with a provider source chosen.

        Raises:
            ToolMissingError: no Terraform, or no provider.
            RefusedError: not synthesized yet, or a forbidden option in the environment.
        """
        if not (self.directory / "cdk.tf.json").is_file():
            raise RefusedError(f"nothing is synthesized in {self.directory}; run `make synth` first")
        self.say(self.source.description)
        environment = quiet_environment(self.environment, self.source.configuration)
        return Terraform(self.directory.resolve(), environment, self.binary.path, self.build_directory.resolve())

    def synthesize(self) -> Path:
        """Run `main.py` with this interpreter.

        Returns:
            The folder of the synthesized stack.

        Raises:
            DeliveryError: `main.py` failed; the message holds what it printed.
        """
        environment = dict(self.environment)
        if self.output is not None:
            environment["CDKTF_OUTDIR"] = str(self.output.resolve())
        log = self.build_directory / "synth.log"
        lines: list[str] = []
        command = [sys.executable, "main.py"]
        if follow(command, directory=self.repository, environment=environment, log=log, on_line=lines.append) != 0:
            raise DeliveryError("main.py failed:\n" + "\n".join(lines[-40:]))
        return self.directory

    def name(self) -> str:
        """The application's name: of what is deployed, else as the variable `name` has it."""
        deployed = self.terraform.output().get("name")
        if deployed:
            return str(deployed)
        configuration = json.loads((self.directory / "cdk.tf.json").read_text(encoding="utf-8"))
        return str(self.environment.get("TF_VAR_name") or configuration["variable"]["name"]["default"])

    def prepare(self) -> None:
        """Install the providers, and take up an apply or a destroy that did not end well.

        Raises:
            TerraformError: Terraform failed.
        """
        ended = recovery.end_leftovers(self.marker)
        if ended:
            self.say(f"ended {len(ended)} provider process(es) of a Terraform that was killed")
        state_file.mend(self.terraform, self.say)
        self.terraform.init()
        since = self.marker.since()
        if since is not None:
            self.say(
                f"an apply begun at {since:%Y-%m-%d %H:%M:%S} UTC did not end well; looking for what it left behind"
            )
            recovery.adopt(self.terraform, self._clients, since, self.say)

    def lost(self) -> list[tuple[str, str]]:
        """Address and import id of what exists and is not in the state: all of it, where the state file is lost.

        Found by name, clusters and health checks by their tag `Name`, keys by their description. What hangs on an
        object whose id AWS makes, such as an API's routes, is found once that object is in the state.
        """
        return list(recovery.missing(self.plan(), self._clients, self.say))

    def is_empty(self) -> bool:
        """Whether the state knows nothing: nothing is deployed, or the state is lost."""
        return not self._known()

    def holdings(self) -> list[str]:
        """What a destruction takes away for good: the clusters, keys, archives and queues in the state."""
        return holdings.of_state(self._known())

    def additions(self) -> list[Addition]:
        """What hangs on the stack's own roles, rules and buses and is not in the state: added by hand, for example."""
        return list(additions.found(self._known(), self._clients, self.say))

    def plan(self) -> Plan:
        """Compare the configuration with what is deployed."""
        return self.terraform.plan()

    def apply(self, plan: Plan, on_progress: OnProgress = _nothing) -> Counts:
        """Apply a plan; where something exists that an interrupted apply left, adopt it and try once more.

        Args:
            plan: made by `plan`.
            on_progress: told about each resource.

        Raises:
            TerraformError: Terraform failed, and there was nothing to adopt.
            Interrupted: a signal came; the state is saved.
        """
        self.marker.begin()
        try:
            counts = self.terraform.apply(plan, on_progress=on_progress, on_start=self.marker.name_session)
        except TerraformError as error:
            since = self.marker.since()
            if since is None or not recovery.is_taken(error):
                raise
            if not recovery.adopt(self.terraform, self._clients, since, self.say):
                raise
            counts = self.terraform.apply(on_progress=on_progress, on_start=self.marker.name_session)
        self.marker.clear()
        return counts

    def destroy(self, on_progress: OnProgress = _nothing) -> Counts:
        """Take the deletion protection off, destroy everything, and see that nothing is left in the state.

        A destroy that meets a protected cluster has already dropped the link from the state; so the protection goes
        first, of the clusters that exist and are protected now, whatever the state says. Then goes what hangs
        on what is to be deleted and is not in the state. May be run again after it was stopped at any point.

        Args:
            on_progress: told about each resource.

        Raises:
            TerraformError: Terraform failed; running it again goes on where it stopped.
            DeliveryError: something is still in the state.
        """
        unprotected = {"deletion_protection": "false"}
        known = self._known()
        groups = self.marker.remember(orphans.log_groups(known))
        protected = list(protection.on(known, self._clients))
        for cluster in protected:
            if not cluster.set_up:
                cluster.lift()
        changeable = [cluster.address for cluster in protected if cluster.set_up]
        if changeable:
            self.terraform.apply(
                targets=changeable,
                variables=unprotected,
                on_progress=on_progress,
                on_start=self.marker.name_session,
            )
        for addition in additions.found(known, self._clients, self.say):
            addition.remove()
            self.say(f"removed {addition}, which was not in the state")
        counts = self.terraform.destroy(
            variables=unprotected, on_progress=on_progress, on_start=self.marker.name_session
        )
        left = self.terraform.addresses()
        if left:
            raise DeliveryError(f"still in the state after the destroy: {', '.join(left)}; run it again")
        for group in orphans.remove(groups, self._clients):
            self.say(f"deleted the log group {group} once more: the function's last lines had made it anew")
        self.marker.clear()
        return counts

    def _known(self) -> list[dict[str, Any]]:
        return resources(self.terraform.show().get("values", {}).get("root_module", {}))

    @cached_property
    def _aws(self) -> Aws:
        return Aws(self.environment)

    def _clients(self, service: str, region: str) -> object:
        return self._aws.client(service, region)


def progress_line(progress: Progress) -> str | None:
    """A line for a resource that is done; None while it is under way.

    Args:
        progress: what Terraform told.
    """
    return f"  {progress}" if progress.state == "complete" and progress.action != "read" else None
