"""Where a module works: the Regions of its providers, the partition and the account."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.data_aws_region import DataAwsRegion
from constructs import Construct

from infra.module import local

SIDES = ("primary", "secondary")
OTHER = {"primary": "secondary", "secondary": "primary"}


def region(alias: str) -> str:
    """Expression of the Region name of a provider's alias; `id`, because `name` is deprecated in provider 6.x."""
    return f"data.aws_region.{alias}.id"


def arn(service: str, alias: str, resource: str) -> str:
    """Compose an ARN from names, so that what refers to it is known at plan time.

    Args:
        service: namespace of the AWS service, such as `lambda`.
        alias: of the provider whose Region it is, such as `primary`.
        resource: what follows the account.

    Returns:
        A template over the locals of `Placement`.
    """
    return f"arn:${{local.partition}}:{service}:${{{region(alias)}}}:${{local.account_id}}:{resource}"


class Placement(Construct):  # type: ignore[misc]
    """Reads Regions, partition and account, so that names and ARNs are known at plan time.

    Args:
        scope: the module.
        id: id of the construct.
        providers: AWS providers by alias.
        account_when: condition under which AWS is asked for an account that was not given; by default, always.
    """

    INPUTS = ("account_id",)

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        providers: Mapping[str, cdktf.TerraformProvider],
        account_when: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        for alias, provider in providers.items():
            DataAwsRegion(self, f"region_{alias}", provider=provider).override_logical_id(alias)
        not_given = "var.account_id == null" + (f" && {account_when}" if account_when else "")
        DataAwsPartition(self, "partition", provider=providers["primary"]).override_logical_id("current")
        DataAwsCallerIdentity(
            self,
            "identity",
            provider=providers["primary"],
            count=cdktf.Token.as_number(f"${{{not_given} ? 1 : 0}}"),
        ).override_logical_id("current")
        asked = "one(data.aws_caller_identity.current[*].account_id)"
        local(self, "account_id", f"${{var.account_id == null ? {asked} : var.account_id}}")
        local(self, "partition", "${data.aws_partition.current.partition}")
