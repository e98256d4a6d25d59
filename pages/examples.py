"""The examples' plans, made offline, and the pictures of them that the documents show."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from delivery import offline

# Where no account is asked, policies are known at plan only if the account's id is told: AWS's own example of one.
ACCOUNT = "123456789012"
SHOWN = ("complete", "minimal")
_CALL = re.compile(
    r'^module "(?P<name>[\w-]+)" \{\n(?:.*\n)*?\s+source\s+= "[^"]*modules/(?:application|events)"', re.M
)


def planned(
    repository: Path, root: Path, inputs: Path | None, build: Path, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Plan a root that calls the modules, without an account.

    Args:
        repository: folder of `modules` and of the root.
        root: relative to the repository, such as `examples/complete`.
        inputs: values of the root's variables, a JSON file; None where it needs none.
        build: folder for the copy that is planned.
        environment: the user's environment.

    Returns:
        What `terraform show -json` prints of the plan.

    Raises:
        TerraformError: the root cannot be planned with these inputs.
        ToolMissingError: no Terraform, or no provider.
    """
    copied = offline.copy(repository, root, build / "roots")
    if inputs is not None:
        shutil.copyfile(inputs, copied / "terraform.tfvars.json")
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(copied.glob("*.tf")))
    calls = {name: {"account_id": ACCOUNT} for name in _CALL.findall(text)}
    if calls:
        (copied / "account_override.tf.json").write_text(json.dumps({"module": calls}), encoding="utf-8")
    terraform = offline.terraform(copied, environment, build / "terraform")
    terraform.init()
    return terraform.plan().document


def inputs_of(repository: Path, example: str) -> Path:
    """The inputs that an example is planned with for a picture and a scan."""
    return repository / ".ci" / f"{example}.tfvars.json"
