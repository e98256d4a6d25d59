"""What a plan would build, as boxes and arrows: per Region who enters, what computes, what is kept, what crosses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pages.plan import Resource
from pages.terms import CONNECTORS, ENTRIES, term

FLOW = ("transactions", "relay", "consumer", "migrate")


@dataclass(frozen=True)
class Box:
    """One thing in a Region.

    Args:
        id: address of the resource.
        service: AWS's word for it.
        title: its name.
        details: short facts, a line each.
    """

    id: str
    service: str
    title: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arrow:
    """One way that something takes.

    Args:
        start: id of a box.
        end: id of a box, maybe in the other Region.
        kind: `sql`, `event` or `call`.
    """

    start: str
    end: str
    kind: str


@dataclass(frozen=True)
class Side:
    """One Region.

    Args:
        region: its name.
        entries: what calls functions.
        functions: Lambda functions, in the order of the flow.
        cluster: the DSQL cluster, if there is one.
        bus: the event bus, if there is one.
        rules: rules of the bus.
        notes: lines on what is not drawn as a box.
    """

    region: str
    entries: tuple[Box, ...]
    functions: tuple[Box, ...]
    cluster: Box | None
    bus: Box | None
    rules: tuple[Box, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Architecture:
    """One call of a module that pairs Regions.

    Args:
        module: address of the call.
        sides: both Regions, the primary first.
        witness: Region of the witness, empty where there is no database.
        arrows: within and between the Regions.
        link: how the clusters are linked, empty where they are not.
        count: how many resources the call creates.
        in_witness: how many of them are in the Region of the witness.
    """

    module: str
    sides: tuple[Side, Side]
    witness: str
    link: str
    count: int
    in_witness: int
    arrows: tuple[Arrow, ...] = field(default=())


def architectures(resources: Sequence[Resource]) -> list[Architecture]:
    """Find every pair of Regions in a plan.

    Args:
        resources: of the plan.

    Raises:
        ValueError: no module of the plan has a cluster or an event bus in two Regions.
    """
    anchors = ("aws_dsql_cluster", "aws_cloudwatch_event_bus")
    modules = sorted({found.module for found in resources if found.type in anchors})
    found = [_architecture(module, [one for one in resources if one.module == module]) for module in modules]
    if not any(found):
        raise ValueError("the plan has no pair of clusters or event buses in two Regions; plan a root that calls one")
    return [one for one in found if one is not None]


def _architecture(module: str, resources: list[Resource]) -> Architecture | None:
    anchors = [one for one in resources if one.type in ("aws_dsql_cluster", "aws_cloudwatch_event_bus")]
    regions = list(dict.fromkeys(one.region for one in sorted(anchors, key=lambda one: one.name)))
    if len(regions) != 2:
        return None
    first, second = (_side(region, [one for one in resources if one.region == region]) for region in regions)
    witnesses = [
        str(properties["witness_region"])
        for one in resources
        if one.type == "aws_dsql_cluster"
        for properties in one.values.get("multi_region_properties") or []
    ]
    by_script = any(one.type == "terraform_data" and one.name == "link" for one in resources)
    by_provider = any(one.type == "aws_dsql_cluster_peering" for one in resources)
    link = "linked by the AWS CLI" if by_script else "linked by aws_dsql_cluster_peering" if by_provider else ""
    return Architecture(
        module,
        (first, second),
        witnesses[0] if witnesses else "",
        link,
        len(resources),
        sum(bool(witnesses) and one.region == witnesses[0] for one in resources),
        tuple(dict.fromkeys(_arrows(resources))),
    )


def _side(region: str, resources: list[Resource]) -> Side:
    def boxes(types: Iterable[str], details: Callable[[Resource], tuple[str, ...]] = _nothing) -> tuple[Box, ...]:
        chosen = [one for one in resources if one.type in types]
        return tuple(Box(one.address, term(one.type), _title(one), details(one)) for one in chosen)

    functions = boxes(["aws_lambda_function"], _function)
    clusters = boxes(["aws_dsql_cluster"], _cluster)
    buses = boxes(["aws_cloudwatch_event_bus"])
    rules = boxes(["aws_cloudwatch_event_rule"])
    drawn = {"aws_lambda_function", "aws_dsql_cluster", "aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule"}
    counts = Counter(term(one.type) for one in resources if one.type not in {*drawn, *ENTRIES})
    return Side(
        region,
        boxes(ENTRIES, _entry),
        tuple(sorted(functions, key=lambda box: (_flow(box.title), box.title))),
        next(iter(clusters), None),
        next(iter(buses), None),
        rules,
        tuple(f"{count} x {name}" for name, count in sorted(counts.items())),
    )


def _flow(title: str) -> int:
    return FLOW.index(title) if title in FLOW else len(FLOW)


def _title(resource: Resource) -> str:
    if resource.type == "aws_lambda_function":
        return str(resource.index or resource.values.get("function_name", resource.name))
    return str(resource.values.get("name") or resource.index or resource.name)


def _entry(resource: Resource) -> tuple[str, ...]:
    facts = (resource.values.get(name) for name in ("schedule_expression", "protocol_type", "fqdn"))
    return tuple(str(fact) for fact in facts if fact)


def _function(resource: Resource) -> tuple[str, ...]:
    values = resource.values
    reserved = values.get("reserved_concurrent_executions")
    lines = [
        " ".join(map(str, [values.get("runtime", ""), *(values.get("architectures") or [])]))
        + (", in a VPC" if values.get("vpc_config") else ""),
        f"{values.get('memory_size')} MB, {values.get('timeout')} s"
        + (f", {reserved} at once" if isinstance(reserved, int) and reserved >= 0 else ""),
    ]
    return tuple(line for line in lines if line.strip())


def _cluster(resource: Resource) -> tuple[str, ...]:
    protected = "on" if resource.values.get("deletion_protection_enabled") else "off"
    own_key = resource.values.get("kms_encryption_key") != "AWS_OWNED_KMS_KEY"
    return ("KMS key of its own" if own_key else "AWS owned key", f"deletion protection {protected}")


def _nothing(_: Resource) -> tuple[str, ...]:
    return ()


def _arrows(resources: list[Resource]) -> Iterable[Arrow]:
    by_type: dict[str, list[Resource]] = {}
    for one in resources:
        by_type.setdefault(one.type, []).append(one)
    functions = by_type.get("aws_lambda_function", [])
    buses = by_type.get("aws_cloudwatch_event_bus", [])
    for cluster in by_type.get("aws_dsql_cluster", []):
        yield from (Arrow(one.address, cluster.address, "sql") for one in functions if one.refers_to(cluster))
    for target in by_type.get("aws_cloudwatch_event_target", []):
        for rule in by_type.get("aws_cloudwatch_event_rule", []):
            if target.refers_to(rule, "rule"):
                reached = [one for one in (*functions, *buses) if target.refers_to(one, "arn")]
                yield from (Arrow(rule.address, one.address, "event") for one in reached)
    entries = [one for one in resources if one.type in ENTRIES]
    for one in (*entries, *(connector for kind in CONNECTORS for connector in by_type.get(kind, []))):
        for entry in entries:
            if one is entry or one.refers_to(entry):
                yield from (Arrow(entry.address, to.address, "call") for to in functions if one.refers_to(to))
    yield from _allowed(functions, buses, by_type.get("aws_iam_role_policy", []))


def _allowed(functions: list[Resource], buses: list[Resource], policies: list[Resource]) -> Iterable[Arrow]:
    """Who may publish and who may invoke, by the policies of the functions' roles, where the plan knows them."""
    for function in functions:
        role = function.values.get("function_name")
        for policy in policies:
            if policy.values.get("role") != role or policy.region != function.region:
                continue
            for action, target in _permissions(policy.values.get("policy")):
                if action == "events:PutEvents":
                    named = [one for one in buses if _names(target, "event-bus/", one.values.get("name"), one.region)]
                elif action == "lambda:InvokeFunction":
                    named = [
                        one
                        for one in functions
                        if _names(target, "function:", one.values.get("function_name"), one.region)
                    ]
                else:
                    continue
                kind = "event" if action == "events:PutEvents" else "call"
                yield from (Arrow(function.address, one.address, kind) for one in named)


def _permissions(policy: Any) -> Iterable[tuple[str, str]]:
    statements = json.loads(policy)["Statement"] if isinstance(policy, str) else []
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        for action in _several(statement.get("Action")):
            yield from ((action, target) for target in _several(statement.get("Resource")))


def _several(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given or [])


def _names(arn: str, kind: str, name: Any, region: str) -> bool:
    return bool(name) and f":{region}:" in arn and arn.endswith(f":{kind}{name}")
