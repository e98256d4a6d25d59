"""Everything that verify looks at: the recipe's step 8 and its Validation & Testing, in depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ops import backups, database, events, functions, metrics, names, network, permissions
from ops.aws import Aws
from ops.canary import canary
from ops.check import Check, Section
from ops.deployment import Deployment, Side

Look = Callable[[Aws, Deployment, Side], str]
# In the order in which a fault shows: what is further down leans on what is above it.
READING: tuple[tuple[str, Look, Section], ...] = (
    ("cluster is ACTIVE and linked", database.linked, Section.CLUSTER),
    ("cluster is encrypted", database.encrypted, Section.KEY),
    ("functions are there, each in its role", functions.present, Section.FUNCTION),
    ("functions run the other Region's code", functions.same_code, Section.CODE),
    ("failures of functions are kept", functions.failures_kept, Section.FUNCTION),
    ("log groups are there", functions.logs_kept, Section.FUNCTION),
    ("roles may do their work and no more", permissions.roles, Section.PERMISSION),
    ("AWS's services are let in", permissions.services, Section.PERMISSION),
    ("functions in a VPC reach the cluster privately", network.private, Section.NETWORK),
    ("function answers a read", functions.read, Section.HEALTH),
    ("function reaches its database, no event waits", functions.healthy, Section.HEALTH),
    ("schema is that of the package", functions.schema, Section.SCHEMA),
    ("rules carry events both ways", events.rules, Section.EVENTS),
    ("rules on content reach their functions", events.content_rules, Section.EVENTS),
    ("relay is scheduled", events.schedule, Section.SCHEDULE),
    ("queues of failures are empty", events.queues, Section.QUEUE),
    ("alarms are quiet", events.alarms, Section.ALARM),
    ("cluster has metrics, and the alarms look at them", metrics.have_data, Section.METRICS),
)
OF_API: tuple[tuple[str, Look, Section], ...] = (("HTTP API lets in who may", names.lets_in, Section.API),)
OF_NAME: tuple[tuple[str, Look, Section], ...] = (
    ("custom domain hands the name to the API", names.custom_domain, Section.NAME),
    ("health check sees the Region well", names.health_check, Section.NAME),
    ("record answers the name as configured", names.record, Section.NAME),
)

OF_BACKUP: tuple[tuple[str, Look, Section], ...] = (
    ("vault of backups is there, locked as configured", backups.vault, Section.BACKUP),
    ("database is backed up, with a copy in the other Region", backups.plan, Section.BACKUP),
    ("newest backup and copy succeeded", backups.jobs, Section.BACKUP),
)


def reading_checks(aws: Aws, stack: Deployment) -> Iterator[Check]:
    """The checks that change nothing.

    Args:
        aws: the account.
        stack: the deployed stack.
    """
    api = stack.api
    of_backup = OF_BACKUP if stack.primary.vault else ()
    of_api = (*(OF_API if api else ()), *(OF_NAME if api and api.domain else ()))
    for name, look, section in (*READING, *of_backup, *of_api):
        for side in stack.sides:
            yield Check(f"{side.region}: {name}", partial(look, aws, stack, side), section, side.region)


def canary_checks(aws: Aws, stack: Deployment) -> Iterator[Check]:
    """The checks that write: one small transaction in each Region, read and received in the other.

    Args:
        aws: the account.
        stack: the deployed stack.
    """
    for side in stack.sides:
        other = stack.other(side)
        name = f"{side.region} to {other.region}: write is read at once, event arrives"
        yield Check(name, partial(canary, aws, stack, side), Section.EVENTS, side.region)
