"""Rules on a cluster alone: nothing in a plan may lose its data."""

from collections.abc import Iterator

from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, expect, rule, unknown
from policy.rules import pages
from policy.values import Unknown

CLUSTER = "aws_dsql_cluster"


@rule(
    "DSQL001",
    Severity.ERROR,
    on=(CLUSTER,),
    reason="AWS deletes an unprotected cluster at the first DeleteCluster, and a cluster keeps no snapshot. Version "
    "5 of the provider leaves the argument to AWS, version 6 sets false where it is missing.",
    link=pages.DELETE_CLUSTER,
    cure="Set `deletion_protection_enabled = true`; to destroy on purpose, apply false first, then destroy.",
)
def clusters_are_protected(cluster: Resource) -> Iterator[Finding]:
    """Each cluster is protected from deletion, by name."""
    yield from expect(cluster, "deletion_protection_enabled", cluster.flag("deletion_protection_enabled"), True)


@rule(
    "DSQL002",
    Severity.CRITICAL,
    reason="The data of the cluster would be gone. Terraform replaces a cluster where its Region, its witness or the "
    "step from one Region to two changes.",
    link=pages.DELETE_CLUSTER,
    cure="Undo the change; where the data may go, give an exception with the cluster's full address.",
)
def no_cluster_is_lost(plan: Plan) -> Iterator[Finding]:
    """No cluster is destroyed or replaced."""
    for cluster in plan.lost(CLUSTER):
        what = "replaced by a new, empty cluster" if "create" in cluster.actions else "destroyed"
        yield broken(cluster, f"would be {what}")


@rule(
    "DSQL003",
    Severity.ERROR,
    on=(CLUSTER,),
    reason="`force_destroy` takes the deletion protection off during a destroy, so that the protection protects "
    "nothing.",
    link=pages.DELETE_CLUSTER,
    cure="Remove `force_destroy`; keep it for clusters of tests.",
)
def protection_is_not_undone(cluster: Resource) -> Iterator[Finding]:
    """No cluster gives its protection up by `force_destroy`."""
    given = cluster.flag("force_destroy")
    if isinstance(given, Unknown):
        yield unknown(cluster, "force_destroy")
    elif given:
        yield broken(cluster, "`force_destroy` is true")


@rule(
    "DSQL004",
    Severity.WARNING,
    on=(CLUSTER,),
    reason="A cluster has no name: its identifier is random, and the tag `Name` is all that the console, a bill or an "
    "operator at night can tell it by.",
    link=pages.TAGS,
    cure='Set `tags = { Name = "..." }`.',
)
def clusters_have_a_name(cluster: Resource) -> Iterator[Finding]:
    """Each cluster has a tag `Name`."""
    tags = cluster.mapping("tags_all")
    if isinstance(tags, Unknown) or isinstance(tags.get("Name"), Unknown):
        yield unknown(cluster, "tags")
    elif not tags.get("Name"):
        own = cluster.mapping("tags")
        if isinstance(own, Unknown):
            yield unknown(cluster, "tags")
        elif not own.get("Name"):
            yield broken(cluster, f"no tag `Name` among {', '.join(sorted(own)) or 'no tags'}")
