"""AWS Backup's vaults, as Terraform compares them with its configuration."""

from __future__ import annotations

import pytest


def test_a_vault_shows_its_lock_until_that_is_taken_off(client):
    backup = client.aws("backup")
    backup.create_backup_vault(BackupVaultName="locked")
    backup.put_backup_vault_lock_configuration(
        BackupVaultName="locked", MinRetentionDays=7, MaxRetentionDays=35, ChangeableForDays=3
    )
    shown = backup.describe_backup_vault(BackupVaultName="locked")
    assert (shown["Locked"], shown["MinRetentionDays"], shown["MaxRetentionDays"]) == (True, 7, 35)
    assert (shown["LockDate"] - shown["CreationDate"]).days == 3
    backup.delete_backup_vault_lock_configuration(BackupVaultName="locked")
    shown = backup.describe_backup_vault(BackupVaultName="locked")
    assert (shown["Locked"], shown.get("MinRetentionDays"), shown.get("LockDate")) == (False, None, None)
    backup.delete_backup_vault(BackupVaultName="locked")


def test_a_lock_of_no_vault_is_refused(client):
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client.aws("backup").put_backup_vault_lock_configuration(BackupVaultName="absent", MinRetentionDays=1)


def test_a_right_on_one_vault_is_none_on_another(client):
    arn = "arn:aws:backup:us-east-1:000000000000:backup-vault:mine"
    plans = "arn:aws:backup:us-east-1:000000000000:backup-plan:*"
    role = client.role("keeper", "lambda.amazonaws.com", ("backup:*", arn), ("backup:*Plan", plans))
    keeper = client.as_role(role).aws("backup")
    assert keeper.create_backup_vault(BackupVaultName="mine")["BackupVaultArn"] == arn
    keeper.tag_resource(ResourceArn=arn, Tags={"team": "payments"})
    assert keeper.list_tags(ResourceArn=arn)["Tags"] == {"team": "payments"}
    rule = {"RuleName": "each night", "TargetBackupVaultName": "mine"}
    plan = keeper.create_backup_plan(BackupPlan={"BackupPlanName": "mine", "Rules": [rule]})["BackupPlanId"]
    keeper.delete_backup_plan(BackupPlanId=plan)
    with pytest.raises(Exception, match="not authorized to perform: backup:CreateBackupVault"):
        keeper.create_backup_vault(BackupVaultName="yours")
    keeper.delete_backup_vault(BackupVaultName="mine")
