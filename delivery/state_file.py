"""A local state file that a killed Terraform left cut off.

Terraform writes a local state in place: it empties the file, then fills it, after each resource. Killed between the
two it leaves a file without an end, or an empty one, which it then takes for "nothing was ever deployed". What it began
its run with lies beside it, as `terraform.tfstate.backup`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from delivery.terraform import Terraform


def mend(terraform: Terraform, say: Callable[[str], None]) -> None:
    """Put the backup in the place of a local state file that was cut off; the cut one is kept with the ending `.cut`.

    What changed in the run that was killed is not in the backup: what it removed goes at the next refresh, what it
    made is found by `recovery.adopt`. Backends that store a state as a whole, such as S3, need none of this.

    Args:
        terraform: the stack, not necessarily initialized; before it is, nothing is known of a state.
        say: receives a line if something was done.
    """
    file = _local(terraform)
    if file is None or not file.exists() or _is_whole(file):
        return
    backup = file.with_name(f"{file.name}.backup")
    empty = file.stat().st_size == 0
    if empty and not backup.exists():  # nothing was written yet, as before a first apply
        return
    cut, part = file.with_name(f"{file.name}.cut"), file.with_name(f"{file.name}.part")
    if not _is_whole(backup):
        file.replace(cut)
        say(f"{file.name} was cut off by a kill and has no backup; it is kept as {cut.name}")
        return
    shutil.copy2(file, cut)
    shutil.copy2(backup, part)
    part.replace(file)  # at once: a kill here leaves the one or the other, never none
    say(f"{file.name} was {'emptied' if empty else 'cut off'} by a kill; going on from its backup, {backup.name}")


def _local(terraform: Terraform) -> Path | None:
    """Where the state of the workspace lies; None if no local backend was initialized."""
    data = terraform.directory / terraform.environment.get("TF_DATA_DIR", ".terraform")
    backend = _read(data / "terraform.tfstate").get("backend", {})
    if backend.get("type") != "local":
        return None
    settings = backend.get("config", {})
    if terraform.workspace == "default":
        return terraform.directory / (settings.get("path") or "terraform.tfstate")
    folder = terraform.directory / (settings.get("workspace_dir") or "terraform.tfstate.d")
    return folder / terraform.workspace / "terraform.tfstate"


def _is_whole(file: Path) -> bool:
    return "version" in _read(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
