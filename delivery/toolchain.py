"""The program that a delivery needs and the user brings: Terraform."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from delivery.errors import ToolMissingError

MINIMUM_TERRAFORM = (1, 9, 0)
INSTALL_TERRAFORM = (
    "install Terraform 1.9 or later from https://developer.hashicorp.com/terraform/install "
    "(macOS: `brew install hashicorp/tap/terraform`), or set TERRAFORM to the path of the program"
)


@dataclass(frozen=True)
class Binary:
    """One Terraform program.

    Args:
        path: where it is.
        version: (major, minor, patch).
        platform: as Terraform names it, for example `linux_amd64`.
    """

    path: Path
    version: tuple[int, int, int]
    platform: str


def find_terraform(environment: Mapping[str, str]) -> Binary:
    """Find the Terraform that TERRAFORM names, else the one on PATH, and ask for its version.

    Args:
        environment: the user's environment.

    Raises:
        ToolMissingError: there is none, it does not run, or it is older than 1.9, the first whose variable
            validation may look at other variables.
    """
    wanted = environment.get("TERRAFORM") or "terraform"
    found = shutil.which(wanted, path=environment.get("PATH"))
    if found is None:
        where = "TERRAFORM names no program" if environment.get("TERRAFORM") else "no Terraform on PATH"
        raise ToolMissingError(f"{where}: looked for {wanted!r}; {INSTALL_TERRAFORM}")
    answer = _version_answer(found, environment)
    version = parse_version(answer["terraform_version"])
    if version < MINIMUM_TERRAFORM:
        raise ToolMissingError(f"{found} is Terraform {answer['terraform_version']}, too old; {INSTALL_TERRAFORM}")
    return Binary(Path(found), version, answer["platform"])


def parse_version(text: str) -> tuple[int, int, int]:
    """Major, minor and patch of a version such as `1.11.4` or `1.12.0-beta1`.

    Raises:
        ValueError: the text is not a version.
    """
    numbers = text.split("-")[0].split("+")[0].split(".")
    major, minor, patch = (int(number) for number in [*numbers, "0", "0"][:3])
    return major, minor, patch


def _version_answer(program: str, environment: Mapping[str, str]) -> dict[str, str]:
    quiet = {**environment, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, "TF_CLI_ARGS": ""}
    try:
        ran = subprocess.run(
            [program, "version", "-json"], env=quiet, capture_output=True, text=True, timeout=60, check=True
        )
        answer = json.loads(ran.stdout)
        return {"terraform_version": answer["terraform_version"], "platform": answer["platform"]}
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise ToolMissingError(
            f"{program} does not answer `terraform version -json` ({error}); {INSTALL_TERRAFORM}"
        ) from error
