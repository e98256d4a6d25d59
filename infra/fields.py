"""Field encryption: a multi-Region KMS key that the transactions function alone may use, and only for its column."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.kms_replica_key import KmsReplicaKey
from constructs import Construct

from infra.checks import listed, of_its_region, whole
from infra.hcl import Value
from infra.iam import ACCOUNT, ADMINISTERED_BY_IAM, allow, policy
from infra.input import Input
from infra.module import local
from infra.placement import SIDES

# What KMS authenticates with each data key; `lambda/transactions/data_keys.py` says the same.
CONTEXT = {"table": "transactions.transactions", "column": "sensitive"}
_USE: list[Value] = ["kms:Decrypt", "kms:GenerateDataKey"]
_FOR_THE_COLUMN: dict[str, Value] = {f"kms:EncryptionContext:{name}": value for name, value in CONTEXT.items()}
# A plan must know it, also where the caller's ARNs are still unknown: see `infra/database.py`.
_NUMBER = "${var.field_encryption == null ? 0 : var.field_encryption.key_arns == null ? 1 : 0}"
# A pair is one multi-Region key: two ARNs that end alike, in two Regions.
_ARN = "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/mrk-[0-9a-f]{32}$"
_GIVEN = "try(values(var.field_encryption.key_arns), [])"
_WINDOW = whole("var.field_encryption.deletion_window_in_days", 7, 30)
INPUT = Input(
    "object({ deletion_window_in_days = optional(number, 30), "
    "key_arns = optional(object({ primary = string, secondary = string })) })",
    "KMS key that the transactions function encrypts the request field `sensitive` with. An empty object creates a "
    "multi-Region key with rotation, and its replica; `key_arns` brings yours, one ARN for each Region; null refuses "
    "such fields. Keep the key for as long as such rows are to be read: switching this off schedules the deletion of a "
    "key that was created here.",
    default=None,
    nullable=True,
    checks=[
        (
            f"${{var.field_encryption == null || try({_WINDOW}, false)}}",
            "`field_encryption.deletion_window_in_days` must be a whole number, 7 to 30, got "
            '${try(var.field_encryption.deletion_window_in_days, "null")}.',
        ),
        (
            "${try(var.field_encryption.key_arns, null) == null || ("
            f'alltrue([for arn in {_GIVEN} : can(regex("{_ARN}", arn))]) && length(distinct({_GIVEN})) == 2 && '
            f'length(distinct([for arn in {_GIVEN} : try(element(split("/", arn), -1), "")])) == 1)}}',
            "`field_encryption.key_arns` must be the ARNs of one multi-Region key in both Regions, "
            f"arn:aws:kms:<Region>:<account>:key/mrk-<32 hexadecimal digits>, got {listed(_GIVEN)}.",
        ),
    ],
)


def environment(side: str) -> str:
    """Expression of what the transactions function gets besides: its own Region's key, where there is one."""
    names = 'var.field_encryption == null ? [] : ["FIELD_KEY_ARN"]'
    return f"{{ for name in {names} : name => local.field_key_arns.{side} }}"


class FieldEncryption(Construct):  # type: ignore[misc]
    """The key of the sensitive fields: primary in the primary Region, replica in the secondary one.

    Args:
        scope: the module, which also holds `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("field_encryption", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        made = {
            "primary": "aws_kms_key.fields_primary[0].arn",
            "secondary": "aws_kms_replica_key.fields_secondary[0].arn",
        }
        arns = {side: f"${{try({made[side]}, var.field_encryption.key_arns.{side}, null)}}" for side in SIDES}
        local(self, "field_key_arns", arns)
        local(self, "field_key_policies", {side: _key_policy(side) for side in SIDES})
        common = {
            "count": cdktf.Token.as_number(_NUMBER),
            "description": "Sensitive fields of ${var.name}",
            "deletion_window_in_days": cdktf.Token.as_number("${var.field_encryption.deletion_window_in_days}"),
            "tags": cdktf.Token.as_string_map("${var.tags}"),
            # The function leaves the key before the key goes.
            "lifecycle": cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        }
        KmsKey(
            self,
            "key_primary",
            provider=providers["primary"],
            multi_region=True,
            # The replica's material is the primary's, and rotates with it.
            enable_key_rotation=True,
            policy="${local.field_key_policies.primary}",
            **common,
        ).override_logical_id("fields_primary")
        KmsReplicaKey(
            self,
            "key_secondary",
            provider=providers["secondary"],
            primary_key_arn="${aws_kms_key.fields_primary[0].arn}",
            policy="${local.field_key_policies.secondary}",
            **common,
        ).override_logical_id("fields_secondary")
        for side, key in (("primary", "aws_kms_key"), ("secondary", "aws_kms_replica_key")):
            KmsAlias(
                self,
                f"alias_{side}",
                provider=providers[side],
                count=cdktf.Token.as_number(_NUMBER),
                name=f"alias/${{var.name}}-fields-{side}",
                target_key_id=f"${{{key}.fields_{side}[0].key_id}}",
            ).override_logical_id(f"fields_{side}")
            self._right(side, providers[side])

    def _right(self, side: str, provider: cdktf.TerraformProvider) -> None:
        use = allow(_USE, f"${{local.field_key_arns.{side}}}")
        # Apart from the function's other rights, which a plan knows: the key's ARN is unknown until apply.
        IamRolePolicy(
            self,
            f"right_{side}",
            provider=provider,
            count=cdktf.Token.as_number("${var.field_encryption == null ? 0 : 1}"),
            name="fields",
            role=f'${{aws_iam_role.{side}["transactions"].name}}',
            policy=policy([{**use, "Condition": {"StringEquals": _FOR_THE_COLUMN}}]),
            lifecycle=cdktf.TerraformResourceLifecycle(
                precondition=[
                    of_its_region(
                        f"field_encryption.key_arns.{side}", f"[try(var.field_encryption.key_arns.{side}, null)]", side
                    )
                ]
            ),
        ).override_logical_id(f"fields_{side}")


def _key_policy(side: str) -> str:
    """Who may use the key, whatever IAM policies say: the function's role, by its ARN, for the column alone."""
    function = f"arn:${{local.partition}}:iam::${{local.account_id}}:role/${{var.name}}-transactions-{side}"
    # The account as principal, so that the key can be made before the role, and the role replaced.
    use: dict[str, Value] = {
        "Sid": "UsedByTheTransactionsFunction",
        "Principal": ACCOUNT,
        "Condition": {"ArnEquals": {"aws:PrincipalArn": function}, "StringEquals": _FOR_THE_COLUMN},
        **allow(_USE, "*"),
    }
    return policy([ADMINISTERED_BY_IAM, use])
