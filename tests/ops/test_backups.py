"""What the embedded cloud cannot show of backups: jobs that fail, and copies."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from ops import backups
from ops.check import CheckFailedError
from ops.deployment import Deployment

from .test_deployment import VALUES

VAULT = {"min_retention_days": None, "vault_name": "small"}
STACK = Deployment.of(
    {
        **VALUES,
        "backup": {
            "restore_role_arn": "arn",
            "primary": {**VAULT, "plan_id": "p"},
            "secondary": {**VAULT, "plan_id": None},
        },
    }
)


def job(day, state, **rest):
    return {"CreationDate": datetime(2026, 11, day, 5, 0, tzinfo=UTC), "State": state, **rest}


def aws(*, taken=(), copied=()):
    """An account whose jobs come on two pages each; notes what was asked."""
    asked = {}
    jobs = {"list_backup_jobs": ("BackupJobs", taken), "list_copy_jobs": ("CopyJobs", copied)}

    def paginate(operation, **given):
        asked[operation] = given
        key, found = jobs[operation]
        return [{key: found[:1]}, {key: found[1:]}]

    service = SimpleNamespace(
        get_paginator=lambda operation: SimpleNamespace(paginate=lambda **given: paginate(operation, **given))
    )
    return SimpleNamespace(client=lambda name, region: service, asked=asked)


def test_the_newest_job_that_ended_counts():
    cloud = aws(
        taken=[job(24, "FAILED", StatusMessage="no"), job(26, "RUNNING"), job(25, "COMPLETED")],
        copied=[job(25, "COMPLETED"), job(24, "FAILED")],
    )
    assert backups.jobs(cloud, STACK, STACK.primary) == "backup of 2026-11-25 05:00, copy of 2026-11-25 05:00"
    here = STACK.primary.cluster_arn
    there = "arn:aws:backup:us-east-2:000000000000:backup-vault:small"
    assert cloud.asked == {
        "list_backup_jobs": {"ByResourceArn": here, "ByBackupVaultName": "small"},
        "list_copy_jobs": {"ByResourceArn": here, "ByDestinationVaultArn": there},
    }


@pytest.mark.parametrize("state", ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"])
def test_a_backup_that_failed_is_told_with_its_reason(state):
    cloud = aws(taken=[job(25, "COMPLETED"), job(26, state, StatusMessage="access denied")])
    with pytest.raises(CheckFailedError) as found:
        backups.jobs(cloud, STACK, STACK.primary)
    assert found.value.seen == f"the newest backup, of 2026-11-26 05:00, is {state}: access denied"


def test_a_copy_that_failed_is_told():
    cloud = aws(taken=[job(26, "COMPLETED")], copied=[job(26, "FAILED")])
    with pytest.raises(CheckFailedError) as found:
        backups.jobs(cloud, STACK, STACK.primary)
    assert found.value.seen == "the newest copy, of 2026-11-26 05:00, is FAILED: no reason given"


def test_a_first_night_that_is_still_to_come_is_no_failure():
    assert backups.jobs(aws(), STACK, STACK.primary) == "no backup yet, no copy yet"
    assert backups.jobs(aws(), STACK, STACK.secondary) == "backups are taken in the other Region"


def test_without_backup_there_is_no_vault():
    assert [side.vault for side in Deployment.of({**VALUES, "backup": None}).sides] == [None, None]
