"""What hangs on the stack's own roles, rules, buses and registries and is not in the state.

Somebody added it by hand, or an apply that was killed did. AWS does not delete what it hangs on before it is gone:

- a role with policies that are not ours: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
- a rule with targets: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
- a bus with rules: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html

An alias of a function, a route of an API, a subscription to a topic or an alias of a key goes with what it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from delivery.kinds.kind import pages

ClientFor = Callable[[str, str], Any]
_REFUSED = ("AccessDenied", "uthoriz")
_IAM_REGION = "us-east-1"  # IAM is one for all Regions of a partition; its client wants one


@dataclass(frozen=True)
class Addition:
    """One thing that is not in the state.

    Args:
        name: what it is, and on what it hangs.
        remove: takes it away.
    """

    name: str
    remove: Callable[[], object] = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.name


def found(
    resources: Iterable[Mapping[str, Any]], client_for: ClientFor, say: Callable[[str], None]
) -> Iterator[Addition]:
    """Look at each of the stack's own roles, rules and buses.

    Args:
        resources: of the state, as `terraform show -json` prints them.
        client_for: gives boto3 clients of the account.
        say: receives a line for what AWS does not let us look at.

    Raises:
        botocore.exceptions.ClientError: AWS did not answer a look.
    """
    known = list(resources)
    for resource in known:
        look = _LOOKS.get(resource["type"])
        if look is None:
            continue
        try:
            yield from look(resource["values"], known, client_for)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if any(word in code for word in _REFUSED):
                say(f"may not look for what hangs on {resource['address']} and is not in the state ({code})")
            elif "NotFound" not in code and "NoSuchEntity" not in code:  # deleted by hand: nothing hangs on it
                raise


def _on_role(values: Mapping[str, Any], known: list[Mapping[str, Any]], client_for: ClientFor) -> Iterator[Addition]:
    iam, role = client_for("iam", _IAM_REGION), values["name"]
    ours = {policy["name"] for policy in _of(known, "aws_iam_role_policy") if policy["role"] == role}
    for policy in pages(iam, "list_role_policies", "PolicyNames", RoleName=role):
        if policy not in ours:
            remove = partial(iam.delete_role_policy, RoleName=role, PolicyName=policy)
            yield Addition(f"policy {policy} of role {role}", remove)
    for attached in pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        arn = attached["PolicyArn"]
        yield Addition(f"{arn} on role {role}", partial(iam.detach_role_policy, RoleName=role, PolicyArn=arn))
    for profile in pages(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=role):
        name = profile["InstanceProfileName"]
        remove = partial(iam.remove_role_from_instance_profile, RoleName=role, InstanceProfileName=name)
        yield Addition(f"role {role} in instance profile {name}", remove)


def _on_bus(values: Mapping[str, Any], known: list[Mapping[str, Any]], client_for: ClientFor) -> Iterator[Addition]:
    region, bus = values["arn"].split(":")[3], values["name"]
    events = client_for("events", region)
    ours = {rule["arn"] for rule in _of(known, "aws_cloudwatch_event_rule")}
    for rule in pages(events, "list_rules", "Rules", EventBusName=bus):
        # A rule that AWS manages, such as that of an archive, goes with what it was made for.
        if rule["Arn"] not in ours and not rule.get("ManagedBy"):
            yield Addition(f"rule {rule['Name']} on bus {bus} in {region}", partial(_drop, events, bus, rule["Name"]))


def _on_rule(values: Mapping[str, Any], known: list[Mapping[str, Any]], client_for: ClientFor) -> Iterator[Addition]:
    region, bus, rule = values["arn"].split(":")[3], values["event_bus_name"], values["name"]
    events = client_for("events", region)
    ours = {
        target["target_id"]
        for target in _of(known, "aws_cloudwatch_event_target")
        if (target["rule"], target["event_bus_name"]) == (rule, bus)
    }
    for target in pages(events, "list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus):
        if target["Id"] not in ours:
            remove = partial(events.remove_targets, Rule=rule, EventBusName=bus, Ids=[target["Id"]])
            yield Addition(f"target {target['Id']} of rule {rule} on bus {bus} in {region}", remove)


def _on_registry(
    values: Mapping[str, Any], known: list[Mapping[str, Any]], client_for: ClientFor
) -> Iterator[Addition]:
    region, registry = values["arn"].split(":")[3], values["name"]
    schemas = client_for("schemas", region)
    ours = {schema["arn"] for schema in _of(known, "aws_schemas_schema")}
    for schema in pages(schemas, "list_schemas", "Schemas", RegistryName=registry):
        if schema["SchemaArn"] not in ours:
            name = schema["SchemaName"]
            remove = partial(schemas.delete_schema, RegistryName=registry, SchemaName=name)
            yield Addition(f"schema {name} in registry {registry} in {region}", remove)


def _drop(events: Any, bus: str, rule: str) -> None:
    targets = [target["Id"] for target in pages(events, "list_targets_by_rule", "Targets", Rule=rule, EventBusName=bus)]
    if targets:
        events.remove_targets(Rule=rule, EventBusName=bus, Ids=targets)
    events.delete_rule(Name=rule, EventBusName=bus)


def _of(known: Iterable[Mapping[str, Any]], kind: str) -> Iterator[Mapping[str, Any]]:
    return (resource["values"] for resource in known if resource["type"] == kind)


_LOOKS = {
    "aws_cloudwatch_event_bus": _on_bus,
    "aws_cloudwatch_event_rule": _on_rule,
    "aws_iam_role": _on_role,
    "aws_schemas_registry": _on_registry,
}
