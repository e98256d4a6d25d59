"""checkov's AWS checks, and ours, on what `examples/complete` would create: no failure without a reason beside it.

Twice: on the plan, which has the values, and on the files, which is what a platform team scans in its own repository.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from delivery import offline
from delivery.errors import DeliveryError

ROOT = Path("examples") / "complete"
INPUTS = Path(".ci") / "complete.tfvars.json"
CHECKS = Path("policy") / "checkov"
_QUIET = ["--skip-download", "--compact", "--quiet", "--output=cli"]


def scan(repository: Path, checkov: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Plan the example offline and let checkov look at it; prints what checkov found.

    Args:
        repository: folder of `modules` and `examples`.
        checkov: the program.
        environment: the user's environment.
        say: receives lines for the user.

    Raises:
        DeliveryError: a check fails on a resource that gives no reason.
        TerraformError: the example cannot be planned.
        ToolMissingError: no Terraform, or no provider.
    """
    roots, plan = planned(repository, environment)
    failed = False
    for target in (
        [f"--file={plan}", "--framework=terraform_plan", f"--repo-root-for-plan-enrichment={roots}"],
        [f"--directory={roots}", "--framework=terraform"],
    ):
        command = [str(checkov), *target, f"--external-checks-dir={repository / CHECKS}", *_QUIET]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        say(found.stdout.strip() or found.stderr.strip())
        failed = failed or found.returncode != 0
    if failed:
        raise DeliveryError("checkov found what has no reason beside it; mend the construct, or `suppress` it there")


def planned(repository: Path, environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Plan the example offline, in a copy.

    Args:
        repository: folder of `modules` and `examples`.
        environment: the user's environment.

    Returns:
        The folder of the copied roots, and the file of the plan as JSON.

    Raises:
        TerraformError: the example cannot be planned.
        ToolMissingError: no Terraform, or no provider.
    """
    build = repository / "build" / "scan"
    copied = offline.copy(repository, ROOT, build / "roots")
    shutil.copyfile(repository / INPUTS, copied / "terraform.tfvars.json")
    # Two modules with a resource of the same address would share its suppressions: only the one that is called stays.
    for other in (build / "roots" / "modules").iterdir():
        if other.name != "application":
            shutil.rmtree(other)
    terraform = offline.terraform(copied, environment, build / "terraform")
    terraform.init()
    plan = build / "roots" / "plan.json"
    plan.write_text(json.dumps(terraform.plan().document), encoding="utf-8")
    return build / "roots", plan
