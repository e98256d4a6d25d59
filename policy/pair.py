"""Which clusters of a plan belong together, and by what: peerings of the provider, or a step that links them itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policy.configuration import Targets
from policy.plan import Plan, Resource
from policy.values import UNKNOWN, Unknown

CLUSTER = "aws_dsql_cluster"
PEERING = "aws_dsql_cluster_peering"
_STEPS = ("terraform_data", "null_resource")  # what runs a command that links two clusters


@dataclass(frozen=True)
class Peering:
    """One side's peering.

    Args:
        resources: its instances.
        own: what `identifier` leads to.
        others: what `clusters` leads to.
    """

    resources: tuple[Resource, ...]
    own: Targets
    others: Targets

    @property
    def is_seen(self) -> bool:
        """Whether the plan shows both clusters; one of them may be configured elsewhere."""
        return bool(self.own.of(CLUSTER) and self.others.of(CLUSTER))

    @property
    def clusters(self) -> frozenset[str]:
        """Blocks of all clusters that it is about."""
        return self.own.of(CLUSTER) | self.others.of(CLUSTER)


@dataclass(frozen=True)
class Pair:
    """Clusters that are one database; one cluster where its other side is not to be seen.

    Args:
        clusters: in the order of the plan.
        linked: whether something in the plan links them.
    """

    clusters: tuple[Resource, ...]
    linked: bool

    @property
    def address(self) -> str:
        """Where a finding about all of them stands."""
        return self.clusters[0].address


def peerings(plan: Plan) -> list[Peering]:
    """The peerings of a plan, one for each block."""
    by_block: dict[str, list[Resource]] = {}
    for resource in plan.of(PEERING):
        if resource.block is not None:
            by_block.setdefault(resource.block.address, []).append(resource)
    follow = plan.configuration.targets
    return [
        Peering(tuple(found), follow(block, "identifier"), follow(block, "clusters"))
        for found in by_block.values()
        if (block := found[0].block) is not None
    ]


def links(plan: Plan) -> list[frozenset[str]]:
    """Blocks of clusters that are linked with each other, by whatever links them."""
    found = [peering.clusters for peering in peerings(plan)]
    for step in plan.of(*_STEPS):
        if step.block is not None:
            clusters = plan.configuration.dependencies(step.block).of(CLUSTER)
            if len(plan.instances(clusters)) > 1:
                found.append(clusters)
    return found


def pairs(plan: Plan) -> list[Pair]:
    """The multi-Region databases of a plan: linked clusters, and those of one module that should be."""
    found: list[Pair] = []
    seen: set[str] = set()
    for blocks in _connected(links(plan)):
        for clusters in _by_module(plan.instances(blocks)):
            found.append(Pair(tuple(clusters), linked=True))
            seen |= {cluster.address for cluster in clusters}
    alone = [one for one in plan.of(CLUSTER) if one.address not in seen and one.blocks("multi_region_properties")]
    found += [Pair(tuple(clusters), linked=False) for clusters in _by_module(alone)]
    return found


def witness(cluster: Resource) -> str | Unknown | None:
    """The witness that a cluster names; None where it names none.

    Args:
        cluster: the cluster.
    """
    given = cluster.blocks("multi_region_properties")
    if isinstance(given, Unknown):
        return UNKNOWN
    value = given[0].get("witness_region") if given else None
    return value if isinstance(value, str | Unknown) else None


def _connected(found: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Join what shares a cluster: two peerings are one pair."""
    joined: list[frozenset[str]] = []
    for one in found:
        touching = [other for other in joined if other & one]
        joined = [other for other in joined if not other & one]
        joined.append(one.union(*touching))
    return joined


def _by_module(clusters: list[Resource]) -> list[list[Resource]]:
    """Apart by module instance, where a module that holds the whole pair is called more than once."""
    groups: dict[str, list[Resource]] = {}
    for cluster in clusters:
        groups.setdefault(cluster.module, []).append(cluster)
    whole = any(len(group) > 1 for group in groups.values())
    return list(groups.values()) if whole or not clusters else [clusters]
