"""Time of `terraform plan`: the smallest call of modules/application beside hand-written HCL of the same resources."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bench import report
from bench.measure import BenchError, in_turns, run
from delivery import offline
from delivery.mirror import dotted
from delivery.terraform import Terraform, resources
from delivery.toolchain import find_terraform

BAR = 1.15
RUNS = 9
_OURS, _THEIRS = "modules/application", "hand-written"
_WITH_WITNESS = "hand-written, with a provider for the witness"
_BY_HAND = Path("bench") / "handwritten"
_ROOTS = {_OURS: Path("examples") / "minimal", _THEIRS: _BY_HAND, _WITH_WITNESS: _BY_HAND}
# The modules take the witness Region from a provider, as they take the others; by hand one writes its name, and
# Terraform starts a provider less. So that the table shows what that costs:
_WITNESS = 'data "aws_region" "witness" {\n  provider = aws.witness\n}\n'


def measure(repository: Path, environment: Mapping[str, str]) -> bool:
    """Measure, and write the section of docs/performance.md.

    Args:
        repository: folder of `examples` and `bench`.
        environment: the user's environment.

    Returns:
        Whether the bar is held.

    Raises:
        BenchError: the two roots do not create the same resources.
        TerraformError: a root cannot be planned.
    """
    load = report.load()
    roots = {name: _prepared(repository, name, root, environment) for name, root in _ROOTS.items()}
    counts = {name: _counts(terraform) for name, terraform in roots.items()}
    ours, theirs = counts[_OURS], counts[_THEIRS]
    if ours != theirs:
        raise BenchError(
            f"only in modules/application: {dict(ours - theirs)}, only in bench/handwritten: {dict(theirs - ours)}; "
            "write the same by hand, or the comparison says nothing"
        )
    times = in_turns({name: lambda t=terraform: _plan(t) for name, terraform in roots.items()}, RUNS)  # type: ignore[misc]
    ratio = times[_OURS].median / times[_THEIRS].median
    provider = _provider(roots[_THEIRS])
    rows = "\n".join(f"| {name} | {times[name].row} |" for name in _ROOTS)
    report.write(
        repository / "docs" / "performance.md",
        "Plan",
        "make bench ARGS=plan",
        f"`terraform plan` of `examples/minimal` and of `bench/handwritten`, {sum(ours.values())} resources each, "
        "without a state and without a call to AWS. The ratio of the first two medians on the clock is "
        f"{ratio:.2f}; at most {BAR} is allowed.\n\n| root | clock | processor |\n|---|---|---|\n{rows}\n\n"
        f"Terraform {dotted(find_terraform(environment).version)}, provider aws {provider}.",
        load,
    )
    return ratio <= BAR


def _prepared(repository: Path, name: str, root: Path, environment: Mapping[str, str]) -> Terraform:
    build = repository / "build" / "bench" / re.sub(r"\W+", "-", name)
    copied = offline.copy(repository, root, build)
    package = copied / "package.zip"
    package.write_bytes(b"a plan hashes the package and does not open it")
    if name == _WITH_WITNESS:
        (copied / "witness.tf").write_text(_WITNESS)
    if name != _OURS:
        values: dict[str, object] = {"package": package.name}
    else:
        values = {"lambda_package": {"filename": package.name}}
        # Without it the module would ask AWS, which the hand-written root does not do either.
        (copied / "account_override.tf").write_text('module "application" {\n  account_id = "123456789012"\n}\n')
    (copied / "terraform.tfvars.json").write_text(json.dumps(values))
    terraform = offline.terraform(copied, environment, build / "terraform")
    terraform.init()
    return terraform


def _counts(terraform: Terraform) -> Counter[str]:
    return Counter(found["type"] for found in resources(terraform.plan().document["planned_values"]["root_module"]))


def _plan(terraform: Terraform) -> None:
    run(
        [terraform.binary, "plan", "-input=false", "-no-color", "-out=plan"], terraform.directory, terraform.environment
    )


def _provider(terraform: Terraform) -> str:
    (version,) = (terraform.directory / ".terraform" / "providers").glob("registry.terraform.io/hashicorp/aws/*")
    return version.name
