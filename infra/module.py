"""A Terraform child module as a cdktf stack: providers come from the caller, no backend."""

import json
from collections.abc import Sequence
from typing import Any

import cdktf
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from infra.suppression import comments

TERRAFORM_VERSION = ">= 1.9"
PROVIDER_SOURCE = "hashicorp/aws"
PROVIDER_VERSION = ">= 5.100.0, < 7.0.0"


class CallersProvider(AwsProvider):  # type: ignore[misc]  # cdktf is untyped to mypy: pyproject.toml says why
    """A provider that the module's caller passes in: resources refer to its alias, no block is written for it."""

    def to_terraform(self) -> Any:
        """Nothing: a module with a provider block can be used neither with `count` nor with `for_each`."""
        return {}


class Module(cdktf.TerraformStack):  # type: ignore[misc]
    """Base of the modules.

    Args:
        scope: the app.
        id: name of the module, which is the name of its folder.
        aliases: aliases of the AWS provider that the caller must pass.
    """

    def __init__(self, scope: Construct, id: str, *, aliases: Sequence[str]) -> None:  # noqa: A002  # constructs' word
        super().__init__(scope, id)
        self.name = id
        self.providers = {alias: CallersProvider(self, f"aws_{alias}", alias=alias) for alias in aliases}
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        self.add_override(
            "terraform.required_providers.aws",
            {
                "source": PROVIDER_SOURCE,
                "version": PROVIDER_VERSION,
                "configuration_aliases": [f"aws.{alias}" for alias in aliases],
            },
        )

    def configuration(self) -> dict[str, Any]:
        """Synthesize to Terraform's JSON syntax, without backend; of the metadata, only suppressed findings stay."""
        result: dict[str, Any] = json.loads(cdktf.Testing.synth(self, True))
        for node in self.node.find_all():
            if isinstance(node, cdktf.TerraformResource) and (lines := comments(node)):
                result["resource"][node.terraform_resource_type][node.friendly_unique_id]["//"] = lines
        return result

    def rooms(self) -> dict[str, str]:
        """Tell which construct each block comes from.

        Returns:
            Address of the block (`aws_dsql_cluster.primary`, `local.account_id`) to the id of the construct directly
            below the module; the exporter writes one file for each.
        """
        rooms = {}
        for node in self.node.find_all():
            path = node.node.path.split("/")
            if len(path) < 3:
                continue
            if isinstance(node, cdktf.TerraformResource):
                rooms[f"{node.terraform_resource_type}.{node.friendly_unique_id}"] = path[1]
            elif isinstance(node, cdktf.TerraformDataSource):
                rooms[f"data.{node.terraform_resource_type}.{node.friendly_unique_id}"] = path[1]
            elif isinstance(node, cdktf.TerraformLocal):
                rooms[f"local.{node.friendly_unique_id}"] = path[1]
        return rooms


def local(scope: Construct, name: str, expression: Any) -> None:
    """Add a local value under exactly this name, wherever in the tree it stands."""
    cdktf.TerraformLocal(scope, f"local_{name}", expression).override_logical_id(name)
