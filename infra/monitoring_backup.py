"""What is watched of the backups: jobs that did not do their work."""

from infra.alarm import NOT_BREACHING, Alarm
from infra.checks import is_given
from infra.monitoring_metrics import Metric

_JOBS = (
    *("NumberOfBackupJobsAborted", "NumberOfBackupJobsExpired", "NumberOfBackupJobsFailed"),
    "NumberOfCopyJobsFailed",
)


def backup_alarms() -> tuple[Alarm, ...]:
    """The alarm of a Region that is there where there is `backup`.

    By https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html (read 2026-11-27): these are the names, a
    metric is there where it is not zero, and the vault of a copy job is the one it copies to. Vaults have one name in
    both Regions, so that a copy is counted in whichever Region reports it.
    """
    return (
        Alarm(
            "backup",
            "A backup of the database, or its copy to the other Region, failed.",
            tuple(Metric("AWS/Backup", job, {"BackupVaultName": "${var.name}"}) for job in _JOBS),
            "Sum",
            1,
            NOT_BREACHING,
            "AWS Backup counts jobs that are there, and a day has one",
            period=3600,
            expression=" + ".join(f"FILL(m{number}, 0)" for number in range(1, len(_JOBS) + 1)),
            when=is_given("var.backup"),
        ),
    )
