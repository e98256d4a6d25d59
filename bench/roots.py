"""What is compared: a root with some applications by modules/application, and one with the same written by hand."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bench.measure import BenchError, run
from delivery import offline
from delivery.mirror import dotted
from delivery.terraform import Terraform, resources
from delivery.toolchain import find_terraform

OURS, BY_HAND = "modules/application", "hand-written"
LEAN = "hand-written, without a provider for the witness"
ACCOUNT = "123456789012"
PACKAGE = "package.zip"  # of each root, beside its files
_ROOTS = ("providers.tf", "offline_override.tf")  # files that stay the root's however many applications it has
# The modules take all three Regions from providers, and so refuse a wrong witness at plan. A plan starts each provider
# twice through which anything is read, so what is compared with a module has as many.
_WITNESS = 'data "aws_region" "witness" {\n  provider = aws.witness\n}\n'
# One application by hand is a plain root; several are that root's files once for each, in a folder that the root calls.
_CALLED = """terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.primary, aws.secondary]
    }
  }
}
"""


def names(applications: int) -> list[str]:
    """Names of the applications of a root.

    Args:
        applications: how many.
    """
    return ["orders"] if applications == 1 else [f"orders{number}" for number in range(1, applications + 1)]


def ours(
    repository: Path, folder: Path, environment: Mapping[str, str], applications: int = 1, *, account: str = ACCOUNT
) -> Terraform:
    """A root that calls modules/application, initialized; plans of it ask nobody.

    Args:
        repository: folder of `examples` and `modules`.
        folder: for the copy; what was there is removed.
        environment: the user's environment.
        applications: how many, from one call with `for_each`.
        account: the account id, which the module would ask AWS for.
    """
    example = "minimal" if applications == 1 else "module-for-each"
    copied = offline.copy(repository, Path("examples") / example, folder)
    told: dict[str, object] = {"module": {"application": {"account_id": account}}}
    if applications > 1:
        # Without tags, which by hand nobody wrote.
        told = {
            "module": {"application": {"account_id": account, "tags": {}}},
            "locals": {"names": names(applications)},
        }
        text = (copied / "main.tf").read_text(encoding="utf-8")
        (copied / "main.tf").write_text(text.replace("= local.names", "= toset(local.names)"), encoding="utf-8")
    (copied / "compared_override.tf.json").write_text(json.dumps(told), encoding="utf-8")
    return _initialized(copied, folder, environment)


def by_hand(
    repository: Path,
    folder: Path,
    environment: Mapping[str, str],
    applications: int = 1,
    *,
    account: str = ACCOUNT,
    lean: bool = False,
) -> Terraform:
    """The same resources written by hand, initialized.

    Args:
        repository: folder of `bench`.
        folder: for the copy; what was there is removed.
        environment: the user's environment.
        applications: how many.
        account: the account id.
        lean: with the name of the witness Region alone, in place of a provider.
    """
    copied = offline.copy(repository, Path("bench") / "handwritten", folder)
    shutil.copyfile(repository / "infra" / "link.sh", copied / "link.sh")
    own = {file.name: file.read_text(encoding="utf-8") for file in copied.glob("*.tf") if file.name not in _ROOTS}
    for name in own:
        (copied / name).unlink()
    calls = {}
    for application in names(applications):
        into = copied / application if applications > 1 else copied
        into.mkdir(exist_ok=True)
        for name, text in own.items():
            written = text.replace("orders", application).replace(ACCOUNT, account)
            (into / name).write_text(written, encoding="utf-8")
        calls[application] = {
            "source": f"./{application}",
            "lambda_package": "${var.lambda_package}",
            "providers": {"aws.primary": "aws.primary", "aws.secondary": "aws.secondary"},
        }
        if applications > 1:
            (into / "versions.tf").write_text(_CALLED, encoding="utf-8")
    if applications > 1:
        several = {"module": calls, "variable": {"lambda_package": {}}}
        (copied / "calls.tf.json").write_text(json.dumps(several), encoding="utf-8")
    if not lean:
        (copied / "witness.tf").write_text(_WITNESS, encoding="utf-8")
    return _initialized(copied, folder, environment)


def alike(terraforms: Mapping[str, Terraform]) -> int:
    """How many resources each of the roots would create.

    Args:
        terraforms: roots by name, `OURS` and `BY_HAND` among them.

    Raises:
        BenchError: they would not create the same.
    """
    mine, theirs = (_counts(terraforms[name]) for name in (OURS, BY_HAND))
    if mine != theirs:
        raise BenchError(
            f"only in modules/application: {dict(mine - theirs)}, only in bench/handwritten: {dict(theirs - mine)}; "
            "write the same by hand, or the comparison says nothing"
        )
    return mine.total()


def plan(terraform: Terraform) -> None:
    """Run `terraform plan`.

    Args:
        terraform: the root.
    """
    command: list[str | Path] = [terraform.binary, "plan", "-input=false", "-no-color", "-out=plan"]
    run(command, terraform.directory, terraform.environment)


def validate(terraform: Terraform) -> None:
    """Run `terraform validate`.

    Args:
        terraform: the root.
    """
    run([terraform.binary, "validate", "-no-color"], terraform.directory, terraform.environment)


def versions(terraform: Terraform) -> str:
    """What was measured with, as a sentence.

    Args:
        terraform: an initialized root.
    """
    (provider,) = (terraform.directory / ".terraform" / "providers").glob("registry.terraform.io/hashicorp/aws/*")
    return f"Terraform {dotted(find_terraform(terraform.environment).version)}, provider aws {provider.name}."


def _initialized(copied: Path, folder: Path, environment: Mapping[str, str]) -> Terraform:
    (copied / PACKAGE).write_bytes(b"a plan hashes the package and does not open it")
    (copied / "terraform.tfvars.json").write_text(
        json.dumps({"lambda_package": {"filename": PACKAGE}}), encoding="utf-8"
    )
    terraform = offline.terraform(copied, environment, folder / "terraform")
    terraform.init()
    return terraform


def _counts(terraform: Terraform) -> Counter[str]:
    return Counter(found["type"] for found in resources(terraform.plan().document["planned_values"]["root_module"]))
