"""Take up the work after an apply that did not end well.

A Terraform that was killed, or whose call was cut off, may have made objects that its state does not know. The next
apply would fail with "already exists", or make a second cluster. So a marker says since when an apply has not ended
well, and objects that the plan wants to create, that exist, and that are not older than the marker, are imported.
What is older is somebody else's and stays untouched.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from delivery.errors import RefusedError
from delivery.existing import find
from delivery.kinds import KINDS
from delivery.process import parent_of, session_members
from delivery.terraform import AUTOMATION, Plan, Terraform, TerraformError

CLOCK_SKEW = timedelta(minutes=2)  # between this machine and AWS
GRACE_SECONDS = 30.0  # for a Terraform whose parent was killed and that is still saving its state
_TAKEN = re.compile(r"already\s*exists?|ResourceConflictException|ConflictException|name in use", re.IGNORECASE)
# AccessDenied, AccessDeniedException, NotAuthorized, AuthorizationError, UnauthorizedOperation
_REFUSED = ("AccessDenied", "uthoriz")
_INDEX = re.compile(r'\[(?:\d+|"[^"]*")\]')

ClientFor = Callable[[str, str], Any]
"""Gives a boto3 client for a service and a Region."""


@dataclass(frozen=True)
class Marker:
    """A file that exists while an apply is under way, and after one that did not end well.

    Args:
        file: where.
    """

    file: Path

    def begin(self) -> None:
        """Say that an apply begins; the time of an earlier one that did not end well is kept."""
        kept = {name: value for name, value in self._read().items() if name == "groups"}
        self._write({**kept, "started": (self.since() or datetime.now(UTC)).isoformat()})

    def name_session(self, session: int) -> None:
        """Remember the session of the running Terraform, and that this process runs it.

        Args:
            session: its process id.
        """
        self._write({**self._read(), "session": session, "owner": os.getpid()})

    def remember(self, groups: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Keep the log groups that a destruction begins with: one that is killed has lost them from the state.

        Args:
            groups: Region and name of each.

        Returns:
            These, and those of earlier destructions that did not end well.
        """
        kept = {(region, name) for region, name in self._read().get("groups", [])} | set(groups)
        self._write({**self._read(), "groups": sorted(kept)})
        return sorted(kept)

    def clear(self) -> None:
        """Say that the apply, or the destruction, ended well."""
        self.file.unlink(missing_ok=True)

    def since(self) -> datetime | None:
        """When the first of the applies began that did not end well; None if all is well."""
        started = self._read().get("started")
        return datetime.fromisoformat(started) if started else None

    def session(self) -> int | None:
        """The session of the Terraform that ran last."""
        session = self._read().get("session")
        return int(session) if session else None

    def owner(self) -> int | None:
        """The process that ran it."""
        owner = self._read().get("owner")
        return int(owner) if owner else None

    def _read(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # none, or cut off while it was written
            return {}
        return found

    def _write(self, content: Mapping[str, Any]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(self.file)


def end_leftovers(marker: Marker, *, force: bool = False) -> list[int]:
    """End what is left of a killed Terraform: its orphaned providers and link steps.

    A Terraform that still saves its state is waited for.

    Args:
        marker: says which session it was.
        force: end a Terraform that does not end on its own, too.

    Returns:
        The process ids that were ended.

    Raises:
        RefusedError: a Terraform of this stack is at work.
    """
    session = marker.session()
    if session is None:
        return []
    deadline = time.monotonic() + GRACE_SECONDS
    while (running := _is_ours(session)) and not force and time.monotonic() < deadline:
        if marker.owner() == parent_of(session):  # nobody killed it: a deployment goes on somewhere else
            raise RefusedError(f"another deployment of this stack is running (process {marker.owner()}); wait for it")
        time.sleep(0.2)
    if running and not force:
        raise RefusedError(
            f"the Terraform of an interrupted apply (process {session}) is still finishing its calls; wait for its end"
        )
    ended = [member for member in session_members(session) if _is_ours(member)]
    for member in ended:
        os.kill(member, signal.SIGKILL)
    # The kernel ends them a moment later; whoever looks for what they made looks after that.
    deadline = time.monotonic() + GRACE_SECONDS
    while set(session_members(session)) & set(ended) and time.monotonic() < deadline:
        time.sleep(0.01)
    return ended


def adopt(terraform: Terraform, client_for: ClientFor, since: datetime, say: Callable[[str], None]) -> list[str]:
    """Import what exists but is not in the state.

    Args:
        terraform: the initialized stack.
        client_for: gives boto3 clients of the account.
        since: objects made earlier are left alone.
        say: receives one line per object, and per object that AWS does not let us look for.

    Returns:
        Addresses of what was imported.

    Raises:
        TerraformError: Terraform could not plan or import.
        botocore.exceptions.ClientError: AWS did not answer a look.
    """
    adopted: list[str] = []
    while True:
        imports = dict(missing(terraform.plan(), client_for, say, since - CLOCK_SKEW))
        for address, identifier in imports.items():
            terraform.import_object(address, identifier)
            say(f"adopted {address} ({identifier}), left by an interrupted apply")
        adopted += imports
        if not opens_more(imports):
            return adopted


def opens_more(addresses: Iterable[str]) -> bool:
    """Whether a plan knows more once these are in the state: a cluster's identifier tells whether it was linked.

    Args:
        addresses: of what was found.
    """
    return any(f"{kind}." in address for address in addresses for kind, known in KINDS.items() if known.opens)


def missing(
    plan: Plan, client_for: ClientFor, say: Callable[[str], None], since: datetime | None = None
) -> Iterator[tuple[str, str]]:
    """Address and import id of what a plan wants to create and what exists already.

    Args:
        plan: of the stack.
        client_for: gives boto3 clients of the account.
        say: receives a line for what AWS does not let us look for.
        since: objects made earlier are left out, and those that the next apply puts again or that go along with what
            they belong to; None takes all.

    Raises:
        botocore.exceptions.ClientError: AWS did not answer a look.
    """
    regions = _regions(plan.document)
    for change in plan.document.get("resource_changes", []):
        region = regions.get(_INDEX.sub("", change["address"]))
        if change["change"]["actions"] != ["create"] or region is None:
            continue
        if since is not None and change["type"] in KINDS and KINDS[change["type"]].along:
            continue
        try:
            found = find(change["type"], partial(_of_region, client_for, region), change["change"]["after"])
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if not any(word in code for word in _REFUSED):
                raise
            say(f"may not look whether {change['address']} exists ({code}); if it does, import it by hand")
            continue
        if found is not None and (since is None or found.created is None or found.created >= since):
            yield change["address"], found.identifier


def _of_region(client_for: ClientFor, region: str, service: str) -> Any:
    return client_for(service, region)


def is_taken(error: TerraformError) -> bool:
    """Whether an apply failed because something exists already.

    Args:
        error: what Terraform said.
    """
    return any(_TAKEN.search(f"{found.summary} {found.detail}") for found in error.diagnostics)


def _regions(document: Mapping[str, Any]) -> dict[str, str]:
    """Region of each configured resource, by its address without indexes."""
    configuration = document["configuration"]
    of_provider = {
        key: _region(provider, document.get("variables", {}))
        for key, provider in configuration.get("provider_config", {}).items()
    }
    return {
        address: region
        for address, key in _provider_keys(configuration["root_module"], "")
        if (region := of_provider.get(key))
    }


def _region(provider: Mapping[str, Any], variables: Mapping[str, Any]) -> str | None:
    expression = provider.get("expressions", {}).get("region", {})
    for reference in expression.get("references", []):
        name = reference.removeprefix("var.")
        if name in variables:
            return str(variables[name]["value"])
    constant = expression.get("constant_value")
    return str(constant) if constant else None


def _provider_keys(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for resource in module.get("resources", []):
        yield prefix + resource["address"], resource["provider_config_key"].rpartition(":")[2]
    for name, call in module.get("module_calls", {}).items():
        yield from _provider_keys(call["module"], f"{prefix}module.{name}.")


def _is_ours(process: int) -> bool:
    """Whether a process inherited the environment that this package gives to Terraform."""
    return f"TF_IN_AUTOMATION={AUTOMATION}".encode() in _read(process, "environ").split(b"\0")


def _read(process: int, file: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{file}").read_bytes()
    except OSError:  # it has ended, or is another user's
        return b""
