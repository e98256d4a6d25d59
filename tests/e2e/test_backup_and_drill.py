"""Backups and the drill on AWS, on the example `complete` as the embedded cloud runs it."""

import json

import pytest

from ops import __main__ as command
from ops.aws import Aws
from ops.deployment import Deployment
from ops.policy import drill_policy

from .examples import SIDES

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def outputs(applied):
    return {**applied["complete"].output(), "name": "payments", "witness_region": "us-west-2"}


@pytest.fixture
def drill(outputs, cloud_environment, user, tmp_path, monkeypatch, capsys):
    """Run the command as a user who has the policy that `ops policy --drill` prints, and nothing else."""
    keys = user(f"driller-{tmp_path.name}"[:60], drill_policy(Deployment.of(outputs)))
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**cloud_environment, **keys}.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({name: {"value": value} for name, value in outputs.items()}))

    def run(*arguments):
        code = command.main(["drill", "--aws", "--outputs", str(file), *arguments])
        return code, *capsys.readouterr()

    return run


def test_each_night_the_primary_is_backed_up_and_copied_to_the_locked_vault_of_the_secondary(
    outputs, cloud_environment
):
    aws = Aws(cloud_environment)
    vaults = {}
    for side, region in SIDES.items():
        backup = aws.client("backup", region)
        vaults[side] = backup.describe_backup_vault(BackupVaultName=outputs["backup"][side]["vault_name"])
        assert (vaults[side]["Locked"], vaults[side]["MinRetentionDays"]) == (True, 7)
    backup = aws.client("backup", "us-east-1")
    (listed,) = [one for one in backup.list_backup_plans()["BackupPlansList"] if "payments" in one["BackupPlanName"]]
    (rule,) = backup.get_backup_plan(BackupPlanId=listed["BackupPlanId"])["BackupPlan"]["Rules"]
    assert rule["ScheduleExpression"] == "cron(0 5 * * ? *)"
    assert [copy["DestinationBackupVaultArn"] for copy in rule["CopyActions"]] == [
        vaults["secondary"]["BackupVaultArn"]
    ]
    (selected,) = backup.list_backup_selections(BackupPlanId=listed["BackupPlanId"])["BackupSelectionsList"]
    found = backup.get_backup_selection(BackupPlanId=listed["BackupPlanId"], SelectionId=selected["SelectionId"])
    assert found["BackupSelection"]["Resources"] == [outputs["regions"]["primary"]["cluster_arn"]]
    # The secondary's is a vault for copies alone.
    assert not [
        one
        for one in aws.client("backup", "us-east-2").list_backup_plans()["BackupPlansList"]
        if "payments" in one["BackupPlanName"]
    ]


def test_the_templates_are_listed_and_nothing_is_started(drill, outputs, cloud_environment):
    code, said, _ = drill()
    assert code == 0
    wanted = [
        [f"{side}/{fault}", region, id_]
        for side, region in SIDES.items()
        for fault, id_ in sorted(outputs["fault_injection"][side]["template_ids"].items())
    ]
    assert wanted[0][:2] == ["primary/database", "us-east-1"]
    assert [line.split() for line in said.splitlines()[: len(wanted)]] == wanted
    for region in SIDES.values():
        assert Aws(cloud_environment).client("fis", region).list_experiments()["experiments"] == []


def test_a_drill_by_the_printed_policy_serves_callers_from_the_other_region(drill, tmp_path):
    file = tmp_path / "report" / "drill.json"
    code, said, errors = drill(
        *("--start", "secondary/database", "--yes", "payments", "--report", str(file)),
        *("--around", "6", "--stop-after", "15", "--rate", "2"),
    )
    assert code == 0, said + errors
    report = json.loads(file.read_text())
    assert (report["status"], report["region"]) == ("stopped", "us-east-2")
    assert (report["lost"], report["unknown"]) == ([], [])
    phases = {(phase["name"], phase["region"]): phase for phase in report["phases"]}
    before, during = phases["before", "us-east-2"], phases["during", "us-east-2"]
    assert before["own"] == before["writes"] > 0
    assert during["other"] > 0, "the fault was not felt"
    assert during["refused"] == 0
    untouched = phases["during", "us-east-1"]
    assert untouched["own"] == untouched["writes"] > 0
    states = [event["state"] for event in report["events"] if event["what"] == "experiment"]
    assert states[-2:] == ["running", "stopped"]
    assert "accepted and lost: 0" in said
