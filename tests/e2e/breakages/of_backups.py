"""What somebody may break by hand of the backups."""

from __future__ import annotations

from collections.abc import Iterator

from .registry import OF_BACKUPS, breaks

VAULT = "vault of backups is there, locked as configured"
PLAN = "database is backed up, with a copy in the other Region"


def _locked_otherwise(deployed, side, **lock) -> Iterator[None]:
    """Take a vault's lock off, or put another one on."""
    client, name = deployed.aws.client("backup", side.region), side.vault.name
    if lock:
        client.put_backup_vault_lock_configuration(BackupVaultName=name, **lock)
    else:
        client.delete_backup_vault_lock_configuration(BackupVaultName=name)
    yield
    kept = side.vault.min_retention_days
    client.put_backup_vault_lock_configuration(BackupVaultName=name, MinRetentionDays=kept)


@breaks(f"us-east-2: {VAULT}", "the vault payments is not locked", OF_BACKUPS)
def lock_taken_off(deployed):
    yield from _locked_otherwise(deployed, deployed.deployment.secondary)


@breaks(f"us-east-1: {VAULT}", "the vault payments is locked for at least 1 days", OF_BACKUPS)
def lock_weakened(deployed):
    yield from _locked_otherwise(deployed, deployed.deployment.primary, MinRetentionDays=1)


def _planned_otherwise(deployed, change) -> Iterator[None]:
    here = deployed.deployment.primary
    client, plan = deployed.aws.client("backup", here.region), here.vault.plan_id
    found = client.get_backup_plan(BackupPlanId=plan)["BackupPlan"]
    (rule,) = found["Rules"]
    rule.pop("RuleId", None)
    client.update_backup_plan(BackupPlanId=plan, BackupPlan={**found, "Rules": change(dict(rule))})
    yield
    client.update_backup_plan(BackupPlanId=plan, BackupPlan={**found, "Rules": [rule]})


@breaks(f"us-east-1: {PLAN}", "1 rule(s) keep backups in payments, 0 copy to arn:aws:backup:us-east-2:", OF_BACKUPS)
def copy_left_away(deployed):
    yield from _planned_otherwise(deployed, lambda rule: [rule | {"CopyActions": []}])


@breaks(f"us-east-1: {PLAN}", "0 rule(s) keep backups in payments", OF_BACKUPS)
def backups_kept_elsewhere(deployed):
    yield from _planned_otherwise(deployed, lambda rule: [rule | {"TargetBackupVaultName": "Default"}])


@breaks(f"us-east-1: {PLAN}", "payments-primary selects nothing", OF_BACKUPS)
def selection_deleted(deployed):
    here = deployed.deployment.primary
    client, plan = deployed.aws.client("backup", here.region), {"BackupPlanId": here.vault.plan_id}
    (selected,) = client.list_backup_selections(**plan)["BackupSelectionsList"]
    client.delete_backup_selection(**plan, SelectionId=selected["SelectionId"])
    yield
    deployed.mend("module.application.aws_backup_selection.primary")  # a selection that is made anew has another id
