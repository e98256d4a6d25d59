"""The linked pair: two Aurora DSQL clusters, a witness Region, keys, and the link step."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.dsql_cluster import DsqlCluster, DsqlClusterMultiRegionProperties
from cdktf_cdktf_provider_aws.dsql_cluster_peering import DsqlClusterPeering
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from infra import regions
from infra.checks import of_its_region
from infra.hcl import Value, expression
from infra.iam import ACCOUNT, ADMINISTERED_BY_IAM, allow, policy
from infra.module import local
from infra.placement import OTHER, SIDES, arn, region

# What needs SQL waits for these: a cluster counts as created in PENDING_SETUP, before it takes connections.
LINKED = ["terraform_data.link", "aws_dsql_cluster_peering.primary", "aws_dsql_cluster_peering.secondary"]

# A plan must know it, also where the ARNs are still unknown: `key_arns` is an object, whose being null is known, and
# there is no `try`, which gives up on a value that is unknown in part.
NUMBER_OF_KEYS = "(var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0)"


def endpoint(side: str) -> str:
    """Expression of a cluster's public endpoint, which the resource does not have as an attribute.

    Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html.
    """
    return f"${{aws_dsql_cluster.{side}.identifier}}.dsql.${{{region(side)}}}.on.aws"


def private_endpoint(side: str) -> str:
    """Expression of a cluster's endpoint behind an interface endpoint of AWS PrivateLink.

    The service's name ends in its id (`com.amazonaws.us-east-1.dsql-fnh4`), the host is
    `<cluster>.<that id>.<Region>.on.aws`.
    Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/privatelink-managing-clusters.html.
    """
    service = f'element(split(".", aws_dsql_cluster.{side}.vpc_endpoint_service_name), -1)'
    return f"${{aws_dsql_cluster.{side}.identifier}}.${{{service}}}.${{{region(side)}}}.on.aws"


def _key_policy(side: str) -> str:
    """Aurora DSQL uses the key, for clusters of this account and Region, and the account through Aurora DSQL alone.

    Not for one cluster: its id is known only after it was made, with the key.
    Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/data-encryption.html#key-policy-customer-managed-key.
    """
    use: list[Value] = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    dsql: dict[str, Value] = {"Service": "dsql.amazonaws.com"}
    ours: dict[str, Value] = {"ArnLike": {"aws:SourceArn": arn("dsql", side, "cluster/*")}}
    of_a_cluster: dict[str, Value] = {"Null": {"kms:EncryptionContext:aws:dsql:ClusterId": "false"}}
    through: dict[str, Value] = {"StringEquals": {"kms:ViaService": f"dsql.${{{region(side)}}}.amazonaws.com"}}
    return policy(
        [
            ADMINISTERED_BY_IAM,
            {"Sid": "Clusters", "Principal": dsql, "Condition": {**ours, **of_a_cluster}, **allow(use, "*")},
            # It takes no encryption context.
            {"Sid": "LookAtTheKey", "Principal": dsql, "Condition": ours, **allow("kms:DescribeKey", "*")},
            # Who applies, in whose name Aurora DSQL begins to use the key; IAM says who.
            {
                "Sid": "ClustersAreMade",
                "Principal": ACCOUNT,
                "Condition": {**through, **of_a_cluster},
                **allow(use, "*"),
            },
        ]
    )


class Database(Construct):  # type: ignore[misc]
    """One logical database, writable in two Regions, with a third as witness.

    Args:
        scope: the module.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = (
        *("deletion_protection", "encryption", "link_environment", "link_method", "link_role_arn"),
        *("link_timeout_minutes", "name", "region_sets", "tags"),
    )

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        for side in SIDES:
            self._key(side, providers[side])
        self._locals()
        for side in SIDES:
            self._cluster(side, providers[side])
        for side in SIDES:
            self._peering(side, providers[side])
        self._link()

    def _locals(self) -> None:
        # Always explicit: an absent argument keeps the old key, which a switched-off `encryption` schedules to delete.
        keys = {
            side: f'${{try(aws_kms_key.{side}[0].arn, var.encryption.key_arns.{side}, "AWS_OWNED_KMS_KEY")}}'
            for side in SIDES
        }
        local(self, "kms_encryption_key", keys)
        # Null where no key is made and nobody has said the account.
        policies = {side: f"${{local.account_id == null ? null : {expression(_key_policy(side))}}}" for side in SIDES}
        local(self, "cluster_key_policies", policies)

    def _key(self, side: str, provider: cdktf.TerraformProvider) -> None:
        count = cdktf.Token.as_number(f"${{{NUMBER_OF_KEYS}}}")
        KmsKey(
            self,
            f"key_{side}",
            provider=provider,
            count=count,
            description=f"Aurora DSQL cluster ${{var.name}}-{side}",
            enable_key_rotation=True,
            deletion_window_in_days=cdktf.Token.as_number("${var.encryption.deletion_window_in_days}"),
            policy=f"${{local.cluster_key_policies.{side}}}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
            # The cluster leaves the key before the key goes.
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        ).override_logical_id(side)
        KmsAlias(
            self,
            f"alias_{side}",
            provider=provider,
            count=count,
            name=f"alias/${{var.name}}-dsql-{side}",
            target_key_id=f"${{aws_kms_key.{side}[0].key_id}}",
        ).override_logical_id(side)

    def _cluster(self, side: str, provider: cdktf.TerraformProvider) -> None:
        DsqlCluster(
            self,
            f"cluster_{side}",
            provider=provider,
            # Explicit: provider 5.100 reports an inconsistent result, and leaves a protected and tainted cluster, where
            # the argument is absent.
            deletion_protection_enabled=cdktf.Token.as_any("${var.deletion_protection}"),
            kms_encryption_key=f"${{local.kms_encryption_key.{side}}}",
            multi_region_properties=[DsqlClusterMultiRegionProperties(witness_region=f"${{{region('witness')}}}")],
            tags=cdktf.Token.as_string_map(f'${{merge(var.tags, {{ Name = "${{var.name}}-{side}" }})}}'),
            lifecycle=cdktf.TerraformResourceLifecycle(
                precondition=[
                    *(
                        cdktf.Precondition(condition=condition, error_message=message)
                        for condition, message in regions.TRIPLE_CHECKS
                    ),
                    of_its_region(f"encryption.key_arns.{side}", f"[try(var.encryption.key_arns.{side}, null)]", side),
                ],
                # Another witness replaces a cluster. So would the same one while it is unknown: where the module waits
                # for something by depends_on, Terraform reads the Regions again only during the apply.
                # https://github.com/hashicorp/terraform/issues/26383
                ignore_changes=["multi_region_properties"],
                postcondition=[
                    cdktf.Postcondition(condition=condition, error_message=message)
                    for condition, message in [regions.SAME_WITNESS]
                ],
            ),
        ).override_logical_id(side)

    def _peering(self, side: str, provider: cdktf.TerraformProvider) -> None:
        # No edge between the two: each waits for ACTIVE, which takes both. No `timeouts`: a later change of it fails.
        peering = DsqlClusterPeering(
            self,
            f"peering_{side}",
            provider=provider,
            count=cdktf.Token.as_number('${var.link_method == "provider" ? 1 : 0}'),
            identifier=f"${{aws_dsql_cluster.{side}.identifier}}",
            clusters=[f"${{aws_dsql_cluster.{OTHER[side]}.arn}}"],
            # The cluster's, which is known: a peering cannot be changed.
            witness_region=f"${{one(aws_dsql_cluster.{side}.multi_region_properties).witness_region}}",
            # The resource has neither an update nor a replacement of its own.
            lifecycle=cdktf.TerraformResourceLifecycle(
                replace_triggered_by=[f"aws_dsql_cluster.{side}.identifier" for side in SIDES]
            ),
        )
        peering.override_logical_id(side)

    def _link(self) -> None:
        link = cdktf.DataResource(
            self,
            "link",
            count=cdktf.Token.as_number('${var.link_method == "aws-cli" ? 1 : 0}'),
            triggers_replace={side: f"${{aws_dsql_cluster.{side}.identifier}}" for side in SIDES},
        )
        link.override_logical_id("link")
        environment = {
            **{f"{side.upper()}_ARN": f"${{aws_dsql_cluster.{side}.arn}}" for side in SIDES},
            **{f"{side.upper()}_IDENTIFIER": f"${{aws_dsql_cluster.{side}.identifier}}" for side in SIDES},
            **{f"{alias.upper()}_REGION": f"${{{region(alias)}}}" for alias in (*SIDES, "witness")},
            "ROLE_ARN": '${var.link_role_arn == null ? "" : var.link_role_arn}',
            "TIMEOUT_SECONDS": "${var.link_timeout_minutes * 60}",
        }
        merged = f"${{merge(var.link_environment, {expression(environment)})}}"
        # As an argument and not in a command line, where an apostrophe in a folder's name would end the quotes.
        command = {"interpreter": ["sh"], "command": "${path.module}/link.sh", "environment": merged}
        link.add_override("provisioner", [{"local-exec": command}])
