"""Terraform as an object: init, plan, apply, output, destroy, each with Terraform's own words when it fails."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from delivery.errors import DeliveryError
from delivery.events import Counts, Diagnostic, Progress, Transcript
from delivery.parallelism import refuse_serial
from delivery.process import follow

LOCK_TIMEOUT = "120s"  # a Terraform that was interrupted a moment ago still finishes its calls and holds the lock
AUTOMATION = "delivery"  # value of TF_IN_AUTOMATION: any turns hints off, this one marks our processes as ours
LAST_LINES = 40  # of a crash, shown to the user
_CHANGED = 2  # terraform plan -detailed-exitcode

OnProgress = Callable[[Progress], None]


class TerraformError(DeliveryError):
    """Terraform failed.

    Args:
        command: the subcommand, for example `apply`.
        diagnostics: its errors; may be empty when it crashed.
        log: the file that holds everything it printed.
        rest: the last lines it printed outside of its own format (a crash), shown when there are no diagnostics.
    """

    def __init__(self, command: str, diagnostics: Sequence[Diagnostic], log: Path, rest: Sequence[str] = ()) -> None:
        self.diagnostics = tuple(diagnostics)
        said = (
            "\n\n".join(map(str, diagnostics)) or "\n".join(rest).strip() or "it ended without a word; was it killed?"
        )
        super().__init__(f"terraform {command} failed: {said}\n(its full output: {log})")


@dataclass(frozen=True)
class Plan:
    """A saved plan.

    Args:
        file: the plan file.
        changes: whether anything would change, outputs included.
        counts: how many resources.
        terraform: the program that made it, asked for the details.
    """

    file: Path
    changes: bool
    counts: Counts
    terraform: Terraform = field(repr=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The plan as `terraform show -json` prints it."""
        return self.terraform.show(self.file)

    def summary(self) -> list[str]:
        """What would change: `update module.application.aws_sqs_queue.failed_primary`, a line each, outputs last."""
        changed = [
            (found["change"]["actions"], found["address"]) for found in self.document.get("resource_changes", [])
        ]
        outputs = self.document.get("output_changes", {}).items()
        changed += [(output["actions"], f"output {name}") for name, output in outputs]
        return [f"{' and '.join(actions)} {what}" for actions, what in changed if actions not in (["no-op"], ["read"])]


@dataclass(frozen=True)
class Terraform:
    """One Terraform working directory.

    Args:
        directory: holds the configuration.
        environment: whole environment of the program; credentials, TF_VAR_ variables, TF_WORKSPACE.
        binary: the program.
        logs: folder that receives the full output of each command.

    Raises:
        RefusedError: the environment sets `-parallelism` below 2.
    """

    directory: Path
    environment: Mapping[str, str]
    binary: Path
    logs: Path

    def __post_init__(self) -> None:
        refuse_serial(self.environment)

    @property
    def workspace(self) -> str:
        """The workspace in use."""
        return self.environment.get("TF_WORKSPACE") or "default"

    def init(self) -> None:
        """Install the providers and set up the backend.

        Raises:
            TerraformError: a provider is not to be had, or the backend does not answer.
        """
        # In the workspace `default`: init refuses another one that does not exist yet, a plan makes it.
        self._plain("init", [], {**self._environment, "TF_WORKSPACE": ""})

    def import_object(self, address: str, identifier: str) -> None:
        """Take an object that exists into the state; nothing else is touched.

        Args:
            address: the resource in the configuration.
            identifier: the import id of its type.

        Raises:
            TerraformError: there is no such object.
        """
        self._plain("import", [address, identifier], self._environment)

    def plan(self, *, destroy: bool = False, variables: Mapping[str, str] | None = None) -> Plan:
        """Compare the configuration with the state and with what exists.

        Args:
            destroy: plan the destruction of everything.
            variables: values that win over the environment's.

        Raises:
            TerraformError: the configuration is wrong, or a provider refuses.
        """
        file = (self.logs / f"{self.workspace}.tfplan").resolve()
        options = [f"-out={file}", "-detailed-exitcode", *_variables(variables), *(["-destroy"] if destroy else [])]
        code, said = self._spoken("plan", options, lambda _: None, accepted=(0, _CHANGED))
        return Plan(file, code == _CHANGED, said.counts, self)

    def apply(
        self,
        plan: Plan | None = None,
        *,
        targets: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
        on_progress: OnProgress = lambda _: None,
        on_start: Callable[[int], None] = lambda _: None,
    ) -> Counts:
        """Make it so.

        Args:
            plan: a saved plan; None plans anew and does not ask.
            targets: addresses to limit a new plan to (and what they depend on).
            variables: values for a new plan.
            on_progress: told about each resource.
            on_start: told the process id.

        Returns:
            What was done.

        Raises:
            TerraformError: at least one resource failed; the others are in the state.
            Interrupted: it was asked to stop, and has saved the state.
        """
        options = [f"-target={target}" for target in targets] + _variables(variables)
        options = [str(plan.file)] if plan else ["-auto-approve", *options]
        return self._spoken("apply", options, on_progress, on_start=on_start)[1].counts

    def destroy(
        self,
        *,
        variables: Mapping[str, str] | None = None,
        on_progress: OnProgress = lambda _: None,
        on_start: Callable[[int], None] = lambda _: None,
    ) -> Counts:
        """Destroy everything in the state, without a question.

        Args:
            variables: values that win over the environment's.
            on_progress: told about each resource.
            on_start: told the process id.

        Raises:
            TerraformError: something could not be destroyed.
            Interrupted: it was asked to stop, and has saved the state.
        """
        options = ["-auto-approve", *_variables(variables)]
        return self._spoken("destroy", options, on_progress, on_start=on_start)[1].counts

    def output(self) -> dict[str, Any]:
        """The outputs' values, by name."""
        return {name: output["value"] for name, output in json.loads(self.output_text()).items()}

    def output_text(self) -> str:
        """What `terraform output -json` prints."""
        return self._captured(["output", "-no-color", "-json"])

    def show(self, plan: Path | None = None) -> dict[str, Any]:
        """The state, or a saved plan, as a document.

        Args:
            plan: the plan file; None shows the state.
        """
        document: dict[str, Any] = json.loads(
            self._captured(["show", "-no-color", "-json", *([str(plan)] if plan else [])])
        )
        return document

    def show_text(self, plan: Path) -> str:
        """The saved plan in this file, as Terraform shows it to people."""
        return self._captured(["show", "-no-color", str(plan)])

    def schema(self) -> str:
        """What `terraform providers schema -json` prints."""
        return self._captured(["providers", "schema", "-json"])

    def addresses(self) -> list[str]:
        """Addresses of everything in the state; empty when there is no state."""
        return [found["address"] for found in resources(self.show().get("values", {}).get("root_module", {}))]

    def _captured(self, arguments: Sequence[str]) -> str:
        ran = subprocess.run(
            [self.binary, *arguments], cwd=self.directory, env=self._environment, capture_output=True, text=True
        )
        if ran.returncode != 0:
            raise TerraformError(arguments[0], [], self.logs, [ran.stderr])
        return ran.stdout

    def _plain(self, command: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        log = self._log(command)
        lines: list[str] = []
        code = follow(
            [str(self.binary), command, "-input=false", "-no-color", f"-lock-timeout={LOCK_TIMEOUT}", *arguments],
            directory=self.directory,
            environment=environment,
            log=log,
            on_line=lines.append,
        )
        if code != 0:
            errors = next((number for number, line in enumerate(lines) if "Error:" in line), -LAST_LINES)
            raise TerraformError(command, [], log, lines[errors:])

    def _spoken(
        self,
        command: str,
        options: Sequence[str],
        on_progress: OnProgress,
        *,
        accepted: Sequence[int] = (0,),
        on_start: Callable[[int], None] = lambda _: None,
    ) -> tuple[int, Transcript]:
        said = Transcript()

        def read(line: str) -> None:
            progress = said.read(line)
            if progress is not None:
                on_progress(progress)

        log = self._log(command)
        code = follow(
            [str(self.binary), command, "-input=false", "-json", f"-lock-timeout={LOCK_TIMEOUT}", *options],
            directory=self.directory,
            environment=self._environment,
            log=log,
            on_line=read,
            on_start=on_start,
        )
        if code not in accepted:
            raise TerraformError(command, said.errors, log, said.other[-LAST_LINES:])
        return code, said

    def _log(self, command: str) -> Path:
        return self.logs / f"{command}-{self.workspace}.log"

    @property
    def _environment(self) -> dict[str, str]:
        return {**self.environment, "TF_IN_AUTOMATION": AUTOMATION, "CHECKPOINT_DISABLE": "1"}


def resources(module: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All managed resources of a module and its children, from a `terraform show -json` document.

    Args:
        module: the document's `root_module`.
    """
    own = [found for found in module.get("resources", []) if found.get("mode") == "managed"]
    return own + [found for child in module.get("child_modules", []) for found in resources(child)]


def _variables(values: Mapping[str, str] | None) -> list[str]:
    return [f"-var={name}={value}" for name, value in (values or {}).items()]


def quiet_environment(environment: Mapping[str, str], configuration: Path) -> dict[str, str]:
    """The user's environment with our CLI configuration.

    Args:
        environment: the user's environment.
        configuration: the file for TF_CLI_CONFIG_FILE; made absolute, since Terraform runs elsewhere.
    """
    return {**environment, "TF_CLI_CONFIG_FILE": os.fspath(configuration.resolve())}
