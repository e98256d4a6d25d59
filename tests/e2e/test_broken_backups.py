"""Verify tells backups that are kept as configured, and each of their breakages by name, on the example `complete`."""

from types import SimpleNamespace

import pytest

from ops.aws import Aws
from ops.check import Section
from ops.checks import reading_checks
from ops.deployment import Deployment
from ops.policy import policy
from ops.verify import verify

from .breakages import OF_BACKUPS

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def complete(applied, cloud_environment):
    terraform = applied["complete"]
    deployment = Deployment.of({**terraform.output(), "name": "payments", "witness_region": "us-west-2"})
    return SimpleNamespace(
        aws=Aws(cloud_environment), deployment=deployment, mend=lambda address: terraform.apply(targets=[address])
    )


def looked(aws, deployment):
    """Results of the checks of backups, by name."""
    checks = [check for check in reading_checks(aws, deployment) if check.section is Section.BACKUP]
    return {result.name: result for result in verify(checks)}


def test_backups_as_configured_pass_with_the_policy_that_ops_prints(complete, user, cloud_environment):
    document = policy(complete.deployment)
    assert len(document) <= 6144
    results = looked(Aws({**cloud_environment, **user("backup-verifier", document)}), complete.deployment)
    assert [result for result in results.values() if not result.passed] == []
    assert [result.seen for result in results.values()] == [
        "payments, 0 recovery points, locked for at least 7 days",
        "payments, 0 recovery points, locked for at least 7 days",
        "payments-primary, cron(0 5 * * ? *)",
        "copies of the other Region's backups arrive in payments",
        "no backup yet, no copy yet",
        "backups are taken in the other Region",
    ]


@pytest.mark.parametrize("name", OF_BACKUPS)
def test_verify_names(complete, name):
    breakage, check, seen = OF_BACKUPS[name]
    with breakage(complete):
        failed = {
            name: result for name, result in looked(complete.aws, complete.deployment).items() if not result.passed
        }
    assert list(failed) == [check]
    assert seen in failed[check].seen
    assert failed[check].runbook == Section.BACKUP.link


def test_nothing_stays_broken(complete):
    assert [result for result in looked(complete.aws, complete.deployment).values() if not result.passed] == []
