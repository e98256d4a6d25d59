"""AWS Backup of the pair: a vault in each Region, plans that copy to the other one, roles to back up and to restore."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.backup_plan import BackupPlan
from cdktf_cdktf_provider_aws.backup_selection import BackupSelection
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.backup_vault_lock_configuration import BackupVaultLockConfiguration
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from infra.checks import of_its_region
from infra.hcl import Value, expression
from infra.iam import ACCOUNT, ADMINISTERED_BY_IAM, allow, policy, trust
from infra.module import local
from infra.placement import OTHER, SIDES, arn, region
from infra.suppression import suppress

_ON = "${var.backup == null ? 0 : 1}"
# AWS's own defaults, which are longer than the provider's: a full backup takes as long as the database is large.
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
_WINDOWS = {"start_window": 480, "completion_window": 10080}
_USE_KEYS: list[Value] = [
    *("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    *("kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
]
OPTIONAL = "encrypted with the key of `backup` where it is given, and with AWS Backup's own key otherwise"


def vault_arn(side: str) -> str:
    """ARN of a Region's vault, which is named alike in both, so that an alarm finds copies under one name."""
    return arn("backup", side, "backup-vault:${var.name}")


class Backup(Construct):  # type: ignore[misc]
    """What is made where `backup` is given.

    A backup of one cluster holds the whole database; a multi-Region restore needs it in one Region and an identical
    copy in the other. No cold storage: whether AWS Backup has one for Aurora DSQL was not found.
    Sources: https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-aurora.html and restore-auroradsql.html.

    Args:
        scope: the module, which also holds `Database`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("backup", "name", "permissions_boundary_arn", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        # By AWS Backup in the account's name: it says who with IAM, and for what it is used by the vault.
        # Null where nobody has said the account: see `infra/database.py`.
        policies = {
            side: f"${{local.account_id == null ? null : {expression(policy(_key_policy(side)))}}}" for side in SIDES
        }
        local(self, "backup_key_policies", policies)
        for side in SIDES:
            self._vault(side, providers[side])
            self._role(side, f"backup_{side}", f"${{var.name}}-backup-{side}", providers[side], _backup_rights(side))
            self._plan(side, providers[side])
        self._role(None, "restore", "${var.name}-restore", providers["primary"], _restore_rights())

    def _vault(self, side: str, provider: cdktf.TerraformProvider) -> None:
        vault = BackupVault(
            self,
            f"vault_{side}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name="${var.name}",
            kms_key_arn=f"${{try(var.backup.key_arns.{side}, null)}}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
            lifecycle=cdktf.TerraformResourceLifecycle(
                precondition=[
                    of_its_region(f"backup.key_arns.{side}", f"[try(var.backup.key_arns.{side}, null)]", side)
                ]
            ),
        )
        vault.override_logical_id(side)
        suppress(vault, CKV_AWS_166=OPTIONAL)
        BackupVaultLockConfiguration(
            self,
            f"lock_{side}",
            provider=provider,
            count=cdktf.Token.as_number("${var.backup == null ? 0 : var.backup.lock == null ? 0 : 1}"),
            backup_vault_name=f"${{aws_backup_vault.{side}[0].name}}",
            changeable_for_days=cdktf.Token.as_number("${var.backup.lock.changeable_for_days}"),
            max_retention_days=cdktf.Token.as_number("${var.backup.lock.max_retention_days}"),
            min_retention_days=cdktf.Token.as_number("${var.backup.lock.min_retention_days}"),
        ).override_logical_id(side)

    def _plan(self, side: str, provider: cdktf.TerraformProvider) -> None:
        taken = f'${{var.backup == null ? 0 : contains(var.backup.taken_in, "{side}") ? 1 : 0}}'
        lifecycle = {"delete_after": "${var.backup.retention_days}"}
        plan = BackupPlan(
            self,
            f"plan_{side}",
            provider=provider,
            count=cdktf.Token.as_number(taken),
            name=f"${{var.name}}-{side}",
            rule=[
                {
                    "ruleName": "database",
                    "targetVaultName": f"${{aws_backup_vault.{side}[0].name}}",
                    "schedule": "${var.backup.schedule}",
                }
            ],
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        plan.override_logical_id(side)
        copy_action = {"destination_vault_arn": f"${{aws_backup_vault.{OTHER[side]}[0].arn}}", "lifecycle": lifecycle}
        for name, value in {**_WINDOWS, "lifecycle": lifecycle, "copy_action": copy_action}.items():
            plan.add_override(f"rule.0.{name}", value)
        selection = BackupSelection(
            self,
            f"selection_{side}",
            provider=provider,
            count=cdktf.Token.as_number(taken),
            name=f"${{var.name}}-{side}",
            plan_id=f"${{aws_backup_plan.{side}[0].id}}",
            iam_role_arn=f"${{aws_iam_role.backup_{side}[0].arn}}",
            resources=[f"${{aws_dsql_cluster.{side}.arn}}"],
        )
        selection.override_logical_id(side)
        # Without its rights the first backup fails.
        selection.add_override("depends_on", [f"aws_iam_role_policy.backup_{side}"])

    def _role(
        self, side: str | None, id_: str, name: str, provider: cdktf.TerraformProvider, rights: list[Value]
    ) -> None:
        IamRole(
            self,
            f"role_{id_}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name=name,
            # AWS's page on the confused deputy names no condition that AWS Backup satisfies for a role.
            assume_role_policy=trust("backup.amazonaws.com"),
            permissions_boundary="${var.permissions_boundary_arn}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(id_)
        IamRolePolicy(
            self,
            f"rights_{id_}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name="backup" if side else "restore",
            role=f"${{aws_iam_role.{id_}[0].name}}",
            policy=policy(rights),
        ).override_logical_id(id_)


def _points(side: str) -> str:
    return arn("backup", side, "recovery-point:*")


def _keys(*sides: str) -> Value:
    """AWS Backup works with whatever keys clusters and vaults have, but only through itself and Aurora DSQL."""
    via: list[Value] = [f"{service}.${{{region(side)}}}.amazonaws.com" for side in sides for service in _SERVICES]
    return {
        "Sid": "Keys",
        **allow(_USE_KEYS, [arn("kms", side, "key/*") for side in sides]),
        "Condition": {"StringEquals": {"kms:ViaService": via}},
    }


_SERVICES = ("backup", "dsql")


def _backup_rights(side: str) -> list[Value]:
    """What a backup of a Region's cluster and its copy take.

    From AWS's managed policy, narrowed to ours: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/
    AWSBackupServiceRolePolicyForBackup.html; resources by https://docs.aws.amazon.com/service-authorization/latest/
    reference/list_dsql.html, which has none for ListClusters.
    """
    here: dict[str, Value] = {"Condition": {"StringEquals": {"aws:RequestedRegion": f"${{{region(side)}}}"}}}
    return [
        {
            "Sid": "Cluster",
            **allow(
                [
                    *("dsql:GetBackupJob", "dsql:GetCluster", "dsql:ListTagsForResource", "dsql:StartBackupJob"),
                    "dsql:StopBackupJob",
                ],
                f"${{aws_dsql_cluster.{side}.arn}}",
            ),
        },
        {"Sid": "Lists", **allow("dsql:ListClusters", "*"), **here},
        {"Sid": "CopyFrom", **allow("backup:CopyFromBackupVault", "*"), **here},
        {
            "Sid": "Vaults",
            **allow(["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"], [vault_arn(one) for one in SIDES]),
        },
        {"Sid": "RecoveryPoints", **allow("backup:TagResource", [_points(one) for one in SIDES])},
        _keys(*SIDES),
    ]


def _restore_rights() -> list[Value]:
    """What a multi-Region restore takes: new clusters in both Regions, linked, with the witness.

    Sources: the managed policy AWSBackupServiceRolePolicyForRestores, and the permissions that
    https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html names. A new cluster has a new id.
    """
    make: list[Value] = [
        *("dsql:AddPeerCluster", "dsql:CreateCluster", "dsql:GetCluster", "dsql:GetRestoreJob"),
        *("dsql:PutMultiRegionProperties", "dsql:PutWitnessRegion", "dsql:RemovePeerCluster"),
        *("dsql:StartRestoreJob", "dsql:StopRestoreJob", "dsql:TagResource", "dsql:UpdateCluster"),
    ]
    return [
        {"Sid": "Clusters", **allow(make, [arn("dsql", alias, "cluster/*") for alias in (*SIDES, "witness")])},
        _keys(*SIDES),
    ]


def _key_policy(side: str) -> list[Value]:
    """Key policy for a vault: principals of the account through AWS Backup alone.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html.
    """
    via: dict[str, Value] = {"StringEquals": {"kms:ViaService": f"backup.${{{region(side)}}}.amazonaws.com"}}
    return [ADMINISTERED_BY_IAM, {"Sid": "Vault", "Principal": ACCOUNT, "Condition": via, **allow(_USE_KEYS, "*")}]


def _theirs(service: str, resource: str) -> list[Value]:
    """ARNs in both Regions, of whichever account: a module without keys does not ask for its number."""
    return [f"arn:${{local.partition}}:{service}:${{{region(side)}}}:*:{resource}" for side in SIDES]


_TAGS: list[Value] = ["backup:ListTags", "backup:TagResource", "backup:UntagResource"]
# What the role that runs Terraform needs besides. A plan's ARN ends in an id that AWS makes; a vault takes a right on
# its storage: https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html.
DEPLOYER: list[Value] = [
    {
        "Sid": "BackupPlans",
        **allow(["backup:*BackupPlan", "backup:*BackupSelection", *_TAGS], _theirs("backup", "backup-plan:*")),
    },
    {
        "Sid": "BackupVaults",
        **allow(
            ["backup:*BackupVault", "backup:*BackupVaultLockConfiguration", *_TAGS],
            _theirs("backup", "backup-vault:${var.name}"),
        ),
    },
    {
        "Sid": "BackupStorage",
        **allow("backup-storage:MountCapsule", "*"),
        "Condition": {"StringEquals": {"aws:RequestedRegion": [f"${{{region(side)}}}" for side in SIDES]}},
    },
]
