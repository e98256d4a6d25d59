"""Checks of the backups: the vaults, the plan that fills both, and what its newest jobs came to."""

from __future__ import annotations

from typing import Any

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment, Side, Vault

_REDEPLOY = "somebody changed it by hand: run `make deploy` again"
# A job that ended; PARTIAL has a copy of a part: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupJob.html
_ENDED = ("ABORTED", "COMPLETED", "EXPIRED", "FAILED", "PARTIAL")


def vault(aws: Aws, _: Deployment, side: Side) -> str:
    """The Region's vault exists, and its lock keeps recovery points for as long as configured."""
    ours = _vault(side)
    found = aws.client("backup", side.region).describe_backup_vault(BackupVaultName=ours.name)
    kept = found.get("MinRetentionDays", 1) if found.get("Locked") else None
    if kept != ours.min_retention_days:
        raise CheckFailedError(
            f"the vault {ours.name} is {_locked(kept)}",
            _locked(ours.min_retention_days),
            f"recovery points may be deleted too early, or not by their plan: {_REDEPLOY}",
        )
    return f"{ours.name}, {found.get('NumberOfRecoveryPoints', 0)} recovery points, {_locked(kept)}"


def _locked(days: int | None) -> str:
    return "not locked" if days is None else f"locked for at least {days} days"


def plan(aws: Aws, stack: Deployment, side: Side) -> str:
    """The Region's plan selects its cluster, keeps its recovery points and copies them to the other Region's vault."""
    ours = _vault(side)
    if ours.plan_id is None:
        return f"copies of the other Region's backups arrive in {ours.name}"
    client = aws.client("backup", side.region)
    there = _vault_arn(stack.other(side))
    found = client.get_backup_plan(BackupPlanId=ours.plan_id)["BackupPlan"]
    rules = [rule for rule in found.get("Rules", []) if rule["TargetBackupVaultName"] == ours.name]
    copied = [
        rule for rule in rules if there in [to["DestinationBackupVaultArn"] for to in rule.get("CopyActions", [])]
    ]
    if not copied:
        raise CheckFailedError(
            f"of {found['BackupPlanName']} {len(rules)} rule(s) keep backups in {ours.name}, 0 copy to {there}",
            "a rule that keeps them here and copies them there",
            f"a multi-Region restore takes the backup and its copy: {_REDEPLOY}",
        )
    listed = client.get_paginator("list_backup_selections").paginate(BackupPlanId=ours.plan_id)
    selected = [
        arn
        for page in listed
        for one in page["BackupSelectionsList"]
        for arn in client.get_backup_selection(BackupPlanId=ours.plan_id, SelectionId=one["SelectionId"])[
            "BackupSelection"
        ].get("Resources", [])
    ]
    if side.cluster_arn not in selected:
        raise CheckFailedError(
            f"{found['BackupPlanName']} selects {', '.join(selected) or 'nothing'}",
            side.cluster_arn,
            f"the database is not backed up: {_REDEPLOY}",
        )
    return f"{found['BackupPlanName']}, {copied[0]['ScheduleExpression']}"


def jobs(aws: Aws, stack: Deployment, side: Side) -> str:
    """The newest backup of the Region's cluster that ended, and its newest copy, succeeded.

    Copies are asked for where they start. AWS Backup tells jobs of the last 30 days:
    https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html.
    """
    ours = _vault(side)
    if ours.plan_id is None:
        return "backups are taken in the other Region"
    client = aws.client("backup", side.region)
    own = {"ByResourceArn": side.cluster_arn}
    taken = client.get_paginator("list_backup_jobs").paginate(**own, ByBackupVaultName=ours.name)
    copied = client.get_paginator("list_copy_jobs").paginate(**own, ByDestinationVaultArn=_vault_arn(stack.other(side)))
    found = {
        "backup": _newest([dict(job) for page in taken for job in page["BackupJobs"]]),
        "copy": _newest([dict(job) for page in copied for job in page["CopyJobs"]]),
    }
    for what, job in found.items():
        if job is not None and job["State"] != "COMPLETED":
            raise CheckFailedError(
                f"the newest {what}, of {job['CreationDate']:%Y-%m-%d %H:%M}, is {job['State']}: "
                f"{job.get('StatusMessage') or 'no reason given'}",
                "COMPLETED",
                "its role, a key or the other Region's vault was changed, or DSQL is not opted in to AWS Backup",
            )
    return ", ".join(
        f"{what} of {job['CreationDate']:%Y-%m-%d %H:%M}" if job else f"no {what} yet" for what, job in found.items()
    )


def _newest(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    ended = [job for job in found if job["State"] in _ENDED]
    return max(ended, key=lambda job: job["CreationDate"], default=None)


def _vault(side: Side) -> Vault:
    assert side.vault is not None, "asked only where there is a backup"
    return side.vault


def _vault_arn(side: Side) -> str:
    return side.arn("backup", f"backup-vault:{_vault(side).name}")
