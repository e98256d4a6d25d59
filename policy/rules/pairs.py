"""Rules on the two clusters of a multi-Region database and on what links them."""

from collections.abc import Iterator
from itertools import combinations

from policy.pair import CLUSTER, PEERING, Peering, links, pairs, peerings, witness
from policy.plan import Plan
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.rules.regions import SETS, set_of
from policy.values import Unknown


@rule(
    "DSQL010",
    Severity.ERROR,
    reason="The witness holds the log that decides which side goes on when a Region is lost; in a Region of a "
    "cluster it would be lost together with it, and CreateCluster refuses its own Region.",
    link=pages.CREATE_CLUSTER,
    cure="Name a third Region of the same set in `multi_region_properties.witness_region`.",
)
def the_witness_is_a_third_region(plan: Plan) -> Iterator[Finding]:
    """The witness is a Region that holds neither cluster."""
    for pair in pairs(plan):
        held = {cluster.region for cluster in pair.clusters}
        for cluster in pair.clusters:
            named = witness(cluster)
            if isinstance(named, str) and named in held:
                broken_by = "its own Region" if named == cluster.region else "the Region of the other cluster"
                yield broken(cluster, f'the witness "{named}" is {broken_by}')
            elif isinstance(named, Unknown) or (named and None in held):
                yield unknown(cluster, "the witness or a cluster's Region")


@rule(
    "DSQL011",
    Severity.ERROR,
    reason="Clusters are linked only inside of one set of Regions; the clusters are created, and the link then fails.",
    link=pages.MULTI_REGION,
    cure="Take all three Regions from one set: " + "; ".join(", ".join(sorted(one)) for one in SETS) + ".",
)
def regions_are_of_one_set(plan: Plan) -> Iterator[Finding]:
    """Both clusters and the witness are in Regions of one set."""
    for pair in pairs(plan):
        named = [cluster.region for cluster in pair.clusters] + [witness(cluster) for cluster in pair.clusters]
        known = sorted({name for name in named if isinstance(name, str)})
        strange = [name for name in known if set_of(name) is None]
        if len({set_of(name) for name in known if name not in strange}) > 1:
            yield broken(pair.address, f"{', '.join(known)} are not of one Region set")
        elif strange:
            yield unknown(pair.address, f"the Region set of {', '.join(strange)}, which is newer than this rule")
        elif any(isinstance(name, Unknown) for name in named) or None in [one.region for one in pair.clusters]:
            yield unknown(pair.address, "a Region")


@rule(
    "DSQL012",
    Severity.ERROR,
    reason="A cluster gets its witness when it is created, and only clusters with the same one can be linked; "
    "another one later replaces the cluster.",
    link=pages.MULTI_REGION,
    cure="Give both clusters and both peerings the same `witness_region`, from one variable.",
)
def both_sides_name_one_witness(plan: Plan) -> Iterator[Finding]:
    """Both clusters of a pair, and their peerings, name the same witness."""
    for pair in pairs(plan):
        if not pair.linked:
            continue
        named = {cluster.address: witness(cluster) for cluster in pair.clusters}
        for address in (address for address, one in named.items() if one is None):
            yield broken(address, "is linked, but has no `multi_region_properties` with a `witness_region`")
        chosen = sorted({one for one in named.values() if isinstance(one, str)})
        if len(chosen) > 1:
            yield broken(pair.address, f"the witnesses of the pair differ: {', '.join(chosen)}")
        if any(isinstance(one, Unknown) for one in named.values()):
            yield unknown(pair.address, "witness_region")
    yield from _of_peerings(plan)


def _of_peerings(plan: Plan) -> Iterator[Finding]:
    for peering in peerings(plan):
        for one in peering.resources:
            given = one.text("witness_region")
            near = [cluster for cluster in plan.instances(peering.own.of(CLUSTER)) if cluster.module == one.module]
            of_cluster = {name for name in map(witness, near) if isinstance(name, str)}
            if isinstance(given, Unknown):
                yield unknown(one, "witness_region")
            elif of_cluster and given not in of_cluster:
                yield broken(one, f'its witness is "{given}", that of its cluster "{", ".join(sorted(of_cluster))}"')


@rule(
    "DSQL013",
    Severity.ERROR,
    reason="Two clusters of one Region cannot be linked, and would both be gone with the Region.",
    link=pages.MULTI_REGION,
    cure="Give each cluster a provider of a Region of its own.",
)
def the_sides_are_in_two_regions(plan: Plan) -> Iterator[Finding]:
    """The clusters of a pair are in different Regions."""
    for pair in pairs(plan):
        for one, other in combinations(pair.clusters, 2):
            if one.region is None or other.region is None:
                yield unknown(one, "its Region")
            elif one.region == other.region:
                yield broken(other, f"is in {one.region}, as {one.address} is")


@rule(
    "DSQL014",
    Severity.ERROR,
    misses=True,
    reason="A cluster with a witness waits in PENDING_SETUP, without taking a connection, until it is linked; "
    "Terraform calls it created.",
    link=pages.MULTI_REGION,
    cure="Add an `aws_dsql_cluster_peering` for each cluster, or a step that calls UpdateCluster for both.",
)
def clusters_with_a_witness_are_linked(plan: Plan) -> Iterator[Finding]:
    """Each cluster with a witness is linked by something in the plan."""
    linked = frozenset[str]().union(*links(plan))
    hidden = any(one.own.hidden or one.others.hidden for one in peerings(plan))
    for cluster in plan.of(CLUSTER):
        if not cluster.blocks("multi_region_properties") or (cluster.block and cluster.block.address in linked):
            continue
        if hidden:
            yield unknown(cluster, "what a peering reaches through a local value, which no plan shows")
        else:
            yield broken(cluster, "has a witness, and nothing in the plan links it with another cluster")


@rule(
    "DSQL015",
    Severity.ERROR,
    misses=True,
    reason="A cluster becomes ACTIVE when both sides name each other; a peering alone waits for its timeout of 30 "
    "minutes and fails.",
    link=pages.MULTI_REGION,
    cure="Add the other cluster's `aws_dsql_cluster_peering`, whose `clusters` has this cluster's ARN.",
)
def each_peering_has_its_mirror(plan: Plan) -> Iterator[Finding]:
    """For each peering from one cluster to another there is one the other way."""
    found = peerings(plan)
    for one in found:
        if not one.is_seen:
            for resource in one.resources:
                yield unknown(resource, "its other side, which is not in this plan or goes through a local value")
        elif not any(_mirrors(one, other) for other in found):
            reached = ", ".join(sorted(one.others.of(CLUSTER)))
            yield broken(one.resources[0], f"links to {reached}, which has no peering that links back")


def _mirrors(one: Peering, other: Peering) -> bool:
    if one is other:  # one block with an instance for each side
        return len(one.resources) > 1 and one.own.of(CLUSTER) == one.others.of(CLUSTER)
    own, others = one.own.of(CLUSTER), one.others.of(CLUSTER)
    return bool(own & other.others.of(CLUSTER) and others & other.own.of(CLUSTER))


@rule(
    "DSQL016",
    Severity.ERROR,
    reason="Terraform would create one peering and wait until its cluster is ACTIVE, which needs the other peering: a "
    "deadlock, until the timeout.",
    link=pages.PEERING,
    cure="Remove the `depends_on`, or the reference, between the two peerings.",
)
def peerings_do_not_wait_for_each_other(plan: Plan) -> Iterator[Finding]:
    """No peering depends on another one."""
    blocks = {one.block.address for one in plan.of(PEERING) if one.block}
    for one in plan.of(PEERING):
        if one.block is not None:
            for other in sorted((plan.configuration.reach(one.block.address) & blocks) - {one.block.address}):
                yield broken(one, f"depends on {other}")


@rule(
    "DSQL017",
    Severity.WARNING,
    reason="The first cluster of a pair stays in PENDING_DELETE until the other is deleted too; with an edge between "
    "them a destroy runs into its timeout.",
    link=pages.DELETE_CLUSTER,
    cure="Remove the `depends_on`, or the reference, between the two clusters.",
)
def clusters_do_not_wait_for_each_other(plan: Plan) -> Iterator[Finding]:
    """No cluster depends on another one of its pair."""
    for pair in pairs(plan):
        blocks = {cluster.block.address for cluster in pair.clusters if cluster.block}
        for cluster in pair.clusters:
            if cluster.block is not None:
                reached = plan.configuration.reach(cluster.block.address) & blocks
                for other in sorted(reached - {cluster.block.address}):
                    yield broken(cluster, f"depends on {other}")


@rule(
    "DSQL018",
    Severity.ERROR,
    reason="The provider has no update of a peering; adding or changing `timeouts` is one too, and the apply fails.",
    link=pages.PEERING,
    cure="Leave the peering as it was created: `timeouts` from the first day, or never.",
)
def peerings_are_not_changed(plan: Plan) -> Iterator[Finding]:
    """No peering is changed in place."""
    for one in plan.of(PEERING):
        if "update" in one.actions:
            changed = sorted(name for name in one.values if one.values[name] != one.before.get(name))
            yield broken(one, f"would be updated in place: {', '.join(changed) or 'an argument'}")


@rule(
    "DSQL019",
    Severity.ERROR,
    reason="A peering is created only on a cluster in PENDING_SETUP; on one that exists, version 5 of the provider "
    "panics and version 6 refuses.",
    link=pages.UPDATE_CLUSTER,
    cure="Import the peering of the linked cluster: terraform import ADDRESS CLUSTER_IDENTIFIER.",
)
def peerings_come_with_their_clusters(plan: Plan) -> Iterator[Finding]:
    """A peering is created only together with its cluster."""
    for peering in peerings(plan):
        near = plan.instances(peering.own.of(CLUSTER))
        for one in peering.resources:
            old = [c.address for c in near if c.module == one.module and "create" not in c.actions]
            if "create" in one.actions and old:
                yield broken(one, f"would be created on {old[0]}, which exists already")
