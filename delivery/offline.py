"""A caller's root of this repository, planned without an account: for measuring and for scanning."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from delivery.providers import choose
from delivery.terraform import Terraform, quiet_environment
from delivery.toolchain import find_terraform

_PROVIDER = re.compile(r'^provider "aws" \{\n  alias += "(?P<alias>\w+)"', re.MULTILINE)
# What stops the provider from asking AWS who is there; merged into the provider of the same alias:
# https://developer.hashicorp.com/terraform/language/files/override
_QUIET = """provider "aws" {{
  alias                       = "{alias}"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}}
"""


def copy(repository: Path, root: Path, destination: Path) -> Path:
    """Copy a root and the modules that it calls to where a plan may leave its files, with providers that stay silent.

    Args:
        repository: folder that holds `modules` and the root.
        root: the root, relative to the repository, such as `examples/complete`.
        destination: folder for the copy; what was there is removed.

    Returns:
        The copy of the root.
    """
    shutil.rmtree(destination, ignore_errors=True)
    ignored = shutil.ignore_patterns(".*", "*.tfstate*")
    shutil.copytree(repository / "modules", destination / "modules", ignore=ignored)
    copied = shutil.copytree(repository / root, destination / root, ignore=ignored)
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(copied.glob("*.tf")))
    quiet = [_QUIET.format(alias=alias) for alias in _PROVIDER.findall(text)]
    (copied / "offline_override.tf").write_text("\n".join(quiet), encoding="utf-8")
    return copied


def terraform(root: Path, environment: Mapping[str, str], build: Path) -> Terraform:
    """Terraform on a copied root, with nothing of the caller's own AWS and Terraform settings.

    Args:
        root: as `copy` returns it.
        environment: the user's environment.
        build: folder for logs and the CLI configuration.

    Raises:
        ToolMissingError: no Terraform, or no provider.
    """
    binary = find_terraform(environment)
    source = choose(environment, platform=binary.platform, folder=build)
    kept = {name: value for name, value in environment.items() if not name.startswith(("AWS_", "TF_"))}
    kept = {**kept, "AWS_EC2_METADATA_DISABLED": "true", "CHECKPOINT_DISABLE": "1"}
    return Terraform(root.resolve(), quiet_environment(kept, source.configuration), binary.path, build.resolve())
