"""Buses, rules, targets, archives, schemas, queues and topics."""

from __future__ import annotations

from datetime import UTC, datetime

from delivery.kinds.kind import Client, Existing, Kind, Values, pages

_DEFAULT = "default"  # the bus that every Region has


def _bus(client: Client, values: Values) -> Existing | None:
    bus = client("events").describe_event_bus(Name=values["name"])
    return Existing(values["name"], bus.get("CreationTime"))


def _bus_policy(client: Client, values: Values) -> Existing | None:
    name = values["event_bus_name"]
    bus = client("events").describe_event_bus(Name=name)
    return Existing(name, bus.get("CreationTime")) if bus.get("Policy") else None


def _rule(client: Client, values: Values) -> Existing | None:
    bus, name = values.get("event_bus_name") or _DEFAULT, values["name"]
    client("events").describe_rule(Name=name, EventBusName=bus)
    return Existing(f"{bus}/{name}", _made(client, bus))


def _target(client: Client, values: Values) -> Existing | None:
    bus, rule = values.get("event_bus_name") or _DEFAULT, values["rule"]
    targets = client("events").list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    if all(target["Id"] != values["target_id"] for target in targets):
        return None
    return Existing(f"{bus}/{rule}/{values['target_id']}", _made(client, bus))


def _made(client: Client, bus: str) -> datetime | None:
    created: datetime | None = client("events").describe_event_bus(Name=bus).get("CreationTime")
    return created


def _archive(client: Client, values: Values) -> Existing | None:
    archive = client("events").describe_archive(ArchiveName=values["name"])
    return Existing(values["name"], archive.get("CreationTime"))


def _registry(client: Client, values: Values) -> Existing | None:
    """AWS does not tell a registry's age, so that it must say that it is ours."""
    registry = client("schemas").describe_registry(RegistryName=values["name"])
    ours = registry.get("Description") == values["description"]
    return Existing(values["name"], None) if ours else None


def _schema(client: Client, values: Values) -> Existing | None:
    registry, name = values["registry_name"], values["name"]
    schema = client("schemas").describe_schema(RegistryName=registry, SchemaName=name)
    return Existing(f"{name}/{registry}", schema.get("LastModified"))


def _queue(client: Client, values: Values) -> Existing | None:
    queues = client("sqs")
    url = queues.get_queue_url(QueueName=values["name"])["QueueUrl"]
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])["Attributes"]
    return Existing(url, datetime.fromtimestamp(float(attributes["CreatedTimestamp"]), UTC))


def _topic(client: Client, values: Values) -> Existing | None:
    for topic in pages(client("sns"), "list_topics", "Topics"):
        if topic["TopicArn"].rpartition(":")[2] == values["name"]:
            return Existing(topic["TopicArn"], None)
    return None


KINDS = {
    "aws_cloudwatch_event_archive": Kind(_archive, ("name",)),
    "aws_cloudwatch_event_bus": Kind(_bus, ("name",)),
    "aws_cloudwatch_event_bus_policy": Kind(_bus_policy, ("event_bus_name",), along=True),
    "aws_cloudwatch_event_rule": Kind(_rule, ("name",), along=True),
    "aws_cloudwatch_event_target": Kind(_target, ("rule", "target_id"), along=True),
    "aws_schemas_registry": Kind(_registry, ("name", "description")),
    "aws_schemas_schema": Kind(_schema, ("name", "registry_name")),
    "aws_sns_topic": Kind(_topic, ("name",)),
    "aws_sqs_queue": Kind(_queue, ("name",)),
}
