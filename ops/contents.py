"""What an account holds, service by service, as AWS lists it: to see that a destruction has left nothing.

Every service that the modules make something in. What each account has from the beginning is left out: the bus
`default`, the vault `Default`, AWS's own keys and roles. A key that waits for its deletion is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ops.aws import Aws

_PENDING = ("PendingDeletion", "PendingReplicaDeletion")


def contents(aws: Aws, regions: Sequence[str]) -> list[str]:
    """Everything that there is: `function orders-relay-primary in us-east-1`, `role orders-relay-primary`.

    Args:
        aws: the account.
        regions: where to look; what is of no Region is asked for in the first.

    Raises:
        botocore.exceptions.ClientError: a list is refused.
    """
    found = [
        f"{kind} {name} in {region}"
        for region in regions
        for kind, (service, names) in _REGIONAL.items()
        for name in names(aws.client(service, region))
    ]
    found += [
        f"{kind} {name}"
        for kind, (service, names) in _GLOBAL.items()
        for name in names(aws.client(service, regions[0]))
    ]
    return found


def _listed(operation: str, result: str, name: str | None) -> Callable[[Any], Iterator[str]]:
    """What a paged operation lists, by name; None where it lists the names themselves."""

    def names(client: Any) -> Iterator[str]:
        for page in client.get_paginator(operation).paginate():
            for found in page.get(result, []):
                yield str(found if name is None else found[name])

    return names


def _buses(events: Any) -> Iterator[str]:
    yield from (bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default")


def _rules(events: Any) -> Iterator[str]:
    for bus in events.list_event_buses()["EventBuses"]:
        for page in events.get_paginator("list_rules").paginate(EventBusName=bus["Name"]):
            yield from (f"{bus['Name']}/{rule['Name']}" for rule in page["Rules"])


def _archives(events: Any) -> Iterator[str]:
    yield from (archive["ArchiveName"] for archive in events.list_archives()["Archives"])


def _vaults(backup: Any) -> Iterator[str]:
    names = _listed("list_backup_vaults", "BackupVaultList", "BackupVaultName")(backup)
    yield from (name for name in names if name != "Default")


def _keys(kms: Any) -> Iterator[str]:
    for name in _listed("list_keys", "Keys", "KeyId")(kms):
        key = kms.describe_key(KeyId=name)["KeyMetadata"]
        if key["KeyManager"] == "CUSTOMER" and key["KeyState"] not in _PENDING:
            yield f"{name} ({key.get('Description')})"


def _key_aliases(kms: Any) -> Iterator[str]:
    names = _listed("list_aliases", "Aliases", "AliasName")(kms)
    yield from (name for name in names if not name.startswith("alias/aws/"))


def _alarms(cloudwatch: Any) -> Iterator[str]:
    for page in cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["CompositeAlarm", "MetricAlarm"]):
        for alarm in [*page.get("MetricAlarms", []), *page.get("CompositeAlarms", [])]:
            yield alarm["AlarmName"]


def _records(route53: Any) -> Iterator[str]:
    """Those that are not the zone's own; the zones themselves are their owner's."""
    zones = {zone["Id"]: zone["Name"] for zone in route53.list_hosted_zones()["HostedZones"]}
    for zone, apex in zones.items():
        for page in route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone):
            yield from (f"{one['Name']} {one['Type']}" for one in page["ResourceRecordSets"] if one["Name"] != apex)


def _roles(iam: Any) -> Iterator[str]:
    for page in iam.get_paginator("list_roles").paginate():
        yield from (role["RoleName"] for role in page["Roles"] if not role["Path"].startswith("/aws-service-role/"))


def _policies(iam: Any) -> Iterator[str]:
    for page in iam.get_paginator("list_policies").paginate(Scope="Local"):
        yield from (policy["PolicyName"] for policy in page["Policies"])


_REGIONAL: dict[str, tuple[str, Callable[[Any], Iterator[str]]]] = {
    "alarm": ("cloudwatch", _alarms),
    "API": ("apigatewayv2", _listed("get_apis", "Items", "Name")),
    "archive": ("events", _archives),
    "backup plan": ("backup", _listed("list_backup_plans", "BackupPlansList", "BackupPlanName")),
    "backup vault": ("backup", _vaults),
    "certificate": ("acm", _listed("list_certificates", "CertificateSummaryList", "CertificateArn")),
    "cluster": ("dsql", _listed("list_clusters", "clusters", "identifier")),
    "custom domain": ("apigatewayv2", _listed("get_domain_names", "Items", "DomainName")),
    "dashboard": ("cloudwatch", _listed("list_dashboards", "DashboardEntries", "DashboardName")),
    "event bus": ("events", _buses),
    "experiment template": ("fis", _listed("list_experiment_templates", "experimentTemplates", "id")),
    "function": ("lambda", _listed("list_functions", "Functions", "FunctionName")),
    "key": ("kms", _keys),
    "key alias": ("kms", _key_aliases),
    "log group": ("logs", _listed("describe_log_groups", "logGroups", "logGroupName")),
    "parameter": ("ssm", _listed("describe_parameters", "Parameters", "Name")),
    "queue": ("sqs", _listed("list_queues", "QueueUrls", None)),
    "rule": ("events", _rules),
    "schedule": ("scheduler", _listed("list_schedules", "Schedules", "Name")),
    "schema registry": ("schemas", _listed("list_registries", "Registries", "RegistryName")),
    "topic": ("sns", _listed("list_topics", "Topics", "TopicArn")),
}
_GLOBAL: dict[str, tuple[str, Callable[[Any], Iterator[str]]]] = {
    "bucket": ("s3", lambda s3: iter(bucket["Name"] for bucket in s3.list_buckets()["Buckets"])),
    "health check": ("route53", _listed("list_health_checks", "HealthChecks", "Id")),
    "policy": ("iam", _policies),
    "record": ("route53", _records),
    "role": ("iam", _roles),
}
KINDS = (*_REGIONAL, *_GLOBAL)
"""In words, what is looked for."""
