"""The input `backup`: recovery points of the clusters, in a vault of each Region."""

from infra.checks import listed, whole
from infra.hcl import Value, expression
from infra.input import Input
from infra.output import Output
from infra.placement import SIDES

_GIVEN = "try(values(var.backup.key_arns), [])"
_SCHEDULE = "^cron\\\\([^ ()]+( [^ ()]+){5}\\\\)$"
# A lock that can be changed for less than three days cannot be made:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
_LOCK = (
    "try(var.backup.lock, null) == null || (try(var.backup.lock.min_retention_days >= 1 && "
    "var.backup.lock.min_retention_days <= var.backup.retention_days && "
    "var.backup.retention_days <= coalesce(var.backup.lock.max_retention_days, 36500), false) && "
    "try(coalesce(var.backup.lock.changeable_for_days, 3) >= 3, false) && "
    "alltrue([for days in try(values(var.backup.lock), []) : days == null ? true : floor(days) == days]))"
)
_VALUE: dict[str, Value] = {
    "restore_role_arn": "${one(aws_iam_role.restore[*].arn)}",
    **{
        side: {
            "min_retention_days": f"${{one(aws_backup_vault_lock_configuration.{side}[*].min_retention_days)}}",
            "plan_id": f"${{one(aws_backup_plan.{side}[*].id)}}",
            "vault_name": f"${{one(aws_backup_vault.{side}[*].name)}}",
        }
        for side in SIDES
    },
}
INPUT = Input(
    "object({ "
    "key_arns = optional(object({ primary = string, secondary = string })), "
    "lock = optional(object({ changeable_for_days = optional(number), max_retention_days = optional(number), "
    "min_retention_days = optional(number, 1) })), "
    "retention_days = optional(number, 35), "
    'schedule = optional(string, "cron(0 5 * * ? *)"), '
    'taken_in = optional(set(string), ["primary"]) })',
    "AWS Backup of the database: a vault in each Region, and in the Regions of `taken_in` a plan that backs up that "
    "Region's cluster by `schedule` (UTC) and copies each recovery point to the other Region's vault, because a "
    "multi-Region restore takes both. Both are kept for `retention_days`. Vaults are encrypted with AWS Backup's own "
    "key or with `key_arns`. `lock` keeps recovery points from being deleted before `min_retention_days`; with "
    "`changeable_for_days` nobody, not even AWS, can take the lock off after so many days. An empty object takes the "
    "defaults; null makes none of it. A vault that holds recovery points is not deleted.",
    default=None,
    nullable=True,
    checks=[
        (
            f"${{var.backup == null || try({whole('var.backup.retention_days', 1, 36500)}, false)}}",
            "`backup.retention_days` must be a whole number, 1 to 36500, got "
            '${try(var.backup.retention_days, "null")}.',
        ),
        (
            f'${{var.backup == null || can(regex("{_SCHEDULE}", var.backup.schedule))}}',
            "`backup.schedule` must be a cron expression of six fields, such as cron(0 5 * * ? *), got "
            '"${try(var.backup.schedule, "null")}".',
        ),
        (
            "${var.backup == null || try(length(var.backup.taken_in) > 0 && "
            'length(setsubtract(var.backup.taken_in, ["primary", "secondary"])) == 0, false)}',
            f"`backup.taken_in` must be primary, secondary or both, got {listed('try(var.backup.taken_in, [])')}.",
        ),
        (
            f"${{{_LOCK}}}",
            "`backup.lock`: whole numbers; `min_retention_days` must be 1 to `backup.retention_days`, "
            "`max_retention_days` at least that, `changeable_for_days` at least 3, got "
            '${jsonencode(try(var.backup.lock, null))} with retention_days ${try(var.backup.retention_days, "null")}.',
        ),
        (
            f"${{alltrue([for key_arn in {_GIVEN} : "
            'can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))]) && '
            f'length({_GIVEN}) == length(distinct([for key_arn in {_GIVEN} : try(split(":", key_arn)[3], "")]))}}',
            "`backup.key_arns` must be the ARNs of two KMS keys in two Regions, "
            f"arn:aws:kms:<Region>:<account>:key/<id>, got {listed(_GIVEN)}.",
        ),
    ],
)
OUTPUT = Output(
    "Role that AWS Backup restores with; for the sides `primary` and `secondary` the vault of the Region, for how many "
    "days its lock keeps recovery points at least (null without a lock), and the plan (null where no backup is taken). "
    "Null without `backup`.",
    f"${{var.backup == null ? null : {expression(_VALUE)}}}",
    optional=True,
)
