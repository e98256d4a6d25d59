"""Backup vaults, plans and selections, and templates of Fault Injection Service."""

from __future__ import annotations

from delivery.kinds.kind import Client, Existing, Kind, Values, pages


def _vault(client: Client, values: Values) -> Existing | None:
    # Listed, because AWS answers a look at one that does not exist with AccessDenied.
    for vault in pages(client("backup"), "list_backup_vaults", "BackupVaultList"):
        if vault["BackupVaultName"] == values["name"]:
            return Existing(values["name"], vault.get("CreationDate"))
    return None


def _vault_lock(client: Client, values: Values) -> Existing | None:
    name = values["backup_vault_name"]
    for vault in pages(client("backup"), "list_backup_vaults", "BackupVaultList"):
        if vault["BackupVaultName"] == name and vault.get("Locked"):
            return Existing(name, vault.get("CreationDate"))
    return None


def _plan(client: Client, values: Values) -> Existing | None:
    for plan in pages(client("backup"), "list_backup_plans", "BackupPlansList"):
        if plan["BackupPlanName"] == values["name"]:
            return Existing(plan["BackupPlanId"], plan.get("CreationDate"))
    return None


def _selection(client: Client, values: Values) -> Existing | None:
    plan = values["plan_id"]
    for selection in pages(client("backup"), "list_backup_selections", "BackupSelectionsList", BackupPlanId=plan):
        if selection["SelectionName"] == values["name"]:
            return Existing(f"{plan}|{selection['SelectionId']}", selection.get("CreationDate"))
    return None


def _experiment_template(client: Client, values: Values) -> Existing | None:
    name = values["tags"].get("Name")
    for template in pages(client("fis"), "list_experiment_templates", "experimentTemplates"):
        if name and template.get("tags", {}).get("Name") == name:
            return Existing(template["id"], template.get("creationTime"))
    return None


KINDS = {
    "aws_backup_plan": Kind(_plan, ("name",), opens=True),
    "aws_backup_selection": Kind(_selection, ("name", "plan_id")),
    "aws_backup_vault": Kind(_vault, ("name",)),
    "aws_backup_vault_lock_configuration": Kind(_vault_lock, ("backup_vault_name",)),
    "aws_fis_experiment_template": Kind(_experiment_template, ("tags",)),
}
