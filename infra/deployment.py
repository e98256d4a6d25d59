"""The deployable stack: three providers, the module `application`, and where the state is kept."""

import os
from collections.abc import Mapping
from pathlib import Path

import cdktf
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from infra.application import ALIASES, ApplicationModule
from infra.module import PROVIDER_SOURCE, PROVIDER_VERSION, TERRAFORM_VERSION
from infra.outputs import APPLICATION
from infra.variables import declare

REGIONS = {"primary": "us-east-1", "secondary": "us-east-2", "witness": "us-west-2"}
_ABOUT_REGIONS = {
    "primary": "Region of the first cluster and of the schema migration.",
    "secondary": "Region of the second cluster.",
    "witness": "Region that holds the witness; no endpoint and no other resource is there.",
}


def app(directory: Path) -> cdktf.App:
    """Make the app that stacks are built in; its `synth()` writes them below `directory`."""
    return cdktf.App(outdir=str(directory))


class Deployment(cdktf.TerraformStack):  # type: ignore[misc]
    """A root configuration that calls `modules/application`, so that what is deployed is what others consume.

    Args:
        scope: the app.
        id: name of the stack, which is the name of its folder below the app's output folder.
        repository: folder that holds `modules/`, and the state where it is local.
        directory: folder that the stack is synthesized to; paths in the stack are relative to it.
        state: settings of Terraform's S3 backend (bucket, key, region, …), or None for a local file.

    Raises:
        ValueError: the S3 backend's bucket, key or region is missing.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        repository: Path,
        directory: Path,
        state: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._from_here = Path(os.path.relpath(repository, directory))
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        self._state(state)
        self._inputs()
        self._module([self._provider(alias) for alias in ALIASES])
        for name, given in APPLICATION.items():
            value = f"${{module.application.{name}}}"
            if given.optional:  # `cdktf deploy` fails where Terraform tells it no value, as of null
                value = f"${{try({{ for key, value in module.application.{name} : key => value }}, {{}})}}"
            output = cdktf.TerraformOutput(self, f"output_{name}", description=given.description, value=value)
            output.override_logical_id(name)

    def _state(self, state: Mapping[str, object] | None) -> None:
        if state is None:
            # Relative, and outside of the folder that a synthesis writes anew.
            cdktf.LocalBackend(
                self,
                path=str(self._from_here / "terraform.tfstate"),
                workspace_dir=str(self._from_here / "terraform.tfstate.d"),
            )
            return
        missing = sorted({"bucket", "key", "region"} - set(state))
        if missing:
            raise ValueError(
                f"`state` in cdktf.json lacks {', '.join(missing)}; it needs bucket, key and region, and takes every "
                "other setting of Terraform's S3 backend"
            )
        cdktf.S3Backend(self, bucket=str(state["bucket"]), key=str(state["key"]))
        # S3's own locking, no DynamoDB table: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
        for setting, value in {"encrypt": True, "use_lockfile": True, **state}.items():
            self.add_override(f"terraform.backend.s3.{setting}", value)

    def _inputs(self) -> None:
        for alias, region in REGIONS.items():
            cdktf.TerraformVariable(
                self,
                f"{alias}_region",
                type="string",
                description=_ABOUT_REGIONS[alias],
                default=region,
                nullable=False,
            )
        package = self._from_here / "build" / "package" / "transactions-python3.13-arm64.zip"
        declare(
            self,
            ApplicationModule.INPUTS,
            defaults={"lambda_package": {"filename": str(package)}, "name": "transactions"},
        )

    def _provider(self, alias: str) -> cdktf.TerraformProvider:
        return AwsProvider(self, f"aws_{alias}", alias=alias, region=f"${{var.{alias}_region}}")

    def _module(self, providers: list[cdktf.TerraformProvider]) -> None:
        module = cdktf.TerraformHclModule(
            self,
            "application",
            source=str(self._from_here / "modules" / "application"),
            skip_asset_creation_from_local_modules=True,
            variables={name: f"${{var.{name}}}" for name in sorted(set(ApplicationModule.INPUTS))},
            providers=[
                cdktf.TerraformModuleProvider(module_alias=alias, provider=provider)
                for alias, provider in zip(ALIASES, providers, strict=True)
            ],
        )
        module.override_logical_id("application")
        # After the providers, each of which writes the one version that its bindings were made from.
        self.add_override("terraform.required_providers.aws", {"source": PROVIDER_SOURCE, "version": PROVIDER_VERSION})
