"""Rules on the KMS keys that encrypt a cluster: without its key the data cannot be read."""

from collections.abc import Iterator

from policy.pair import CLUSTER, pairs
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, expect, rule, unknown
from policy.rules import pages
from policy.values import Unknown

KEY = "aws_kms_key"
_OWNED = "AWS_OWNED_KMS_KEY"


def _keys(plan: Plan) -> Iterator[Resource]:
    """Keys that a cluster uses, or that stand beside one: a local value hides which of both it is."""
    for cluster in plan.of(CLUSTER):
        used = plan.configuration.targets(cluster.block, "kms_encryption_key") if cluster.block else None
        for key in plan.of(KEY):
            named = used is not None and key.block is not None and key.block.address in used.blocks
            beside = used is not None and used.hidden and key.module == cluster.module
            if named or beside:
                yield key


@rule(
    "DSQL030",
    Severity.WARNING,
    reason="The provider keeps a key whose argument was removed, without a word; a key resource that goes in the same "
    "change is then deleted under the cluster.",
    link=pages.ENCRYPTION,
    cure=f'Set `kms_encryption_key` to a key\'s ARN or to "{_OWNED}".',
)
def clusters_name_their_key(plan: Plan) -> Iterator[Finding]:
    """Each cluster says which key encrypts it, be it AWS's own."""
    for cluster in plan.of(CLUSTER):
        if cluster.block is not None and not cluster.block.sets("kms_encryption_key"):
            yield broken(cluster, "`kms_encryption_key` is not set")


@rule(
    "DSQL031",
    Severity.CRITICAL,
    reason="After the deletion window nobody can read the cluster, AWS included.",
    link=pages.KEY_DELETION,
    cure="Move the cluster to another key first, in an apply of its own; delete the old key when its status is "
    "ENABLED.",
)
def no_key_of_a_cluster_is_deleted(plan: Plan) -> Iterator[Finding]:
    """No key is deleted that a cluster uses before or after the apply."""
    clusters = list(plan.of(CLUSTER))
    for key in plan.lost(KEY):
        arn = key.before.get("arn")
        for cluster in clusters:
            now, then = cluster.before.get("kms_encryption_key"), cluster.values.get("kms_encryption_key")
            if arn and arn in (now, then):
                yield broken(key, f"would be deleted while {cluster.address} uses it")
            elif isinstance(then, Unknown) and "create" not in cluster.actions and not arn:
                yield unknown(key, f"whether {cluster.address} uses it")


@rule(
    "DSQL032",
    Severity.WARNING,
    reason="A key that is never rotated encrypts everything that was ever written.",
    link=pages.KEY_ROTATION,
    cure="Set `enable_key_rotation = true`; the ARN stays.",
)
def keys_rotate(plan: Plan) -> Iterator[Finding]:
    """A key of a cluster rotates."""
    for key in _unique(_keys(plan)):
        yield from expect(key, "enable_key_rotation", key.flag("enable_key_rotation"), True)


@rule(
    "DSQL033",
    Severity.ERROR,
    reason="A cluster whose key is off answers no query: its encryption status is KMS_KEY_INACCESSIBLE.",
    link=pages.KEY_STATES,
    cure="Set `is_enabled = true`.",
)
def keys_are_on(plan: Plan) -> Iterator[Finding]:
    """A key of a cluster is enabled."""
    for key in _unique(_keys(plan)):
        yield from expect(key, "is_enabled", key.flag("is_enabled"), True)


@rule(
    "DSQL034",
    Severity.WARNING,
    reason="One side encrypted by your key and the other by AWS's means that revoking the key does not revoke the "
    "data.",
    link=pages.ENCRYPTION,
    cure="Give each cluster of the pair a key of its own Region, or neither.",
)
def both_sides_are_encrypted_alike(plan: Plan) -> Iterator[Finding]:
    """Both clusters of a pair are encrypted by keys of one owner."""
    for pair in pairs(plan):
        given = {cluster.address: cluster.values.get("kms_encryption_key") for cluster in pair.clusters}
        plain = sorted(address for address, key in given.items() if key in (None, _OWNED))
        if not plain or len(plain) == len(given):
            continue
        # A key that the apply will make is one of yours: AWS's own has no ARN to wait for.
        yield broken(plain[0], "is encrypted by AWS's own key, the other side by one of yours")


@rule(
    "DSQL035",
    Severity.ERROR,
    reason="Keys are regional: a cluster cannot use a key of another Region.",
    link=pages.ENCRYPTION,
    cure="Give each cluster a key that is created by its own provider.",
)
def keys_are_of_the_clusters_region(plan: Plan) -> Iterator[Finding]:
    """A cluster's key is in the Region of the cluster."""
    for cluster in plan.of(CLUSTER):
        given = cluster.values.get("kms_encryption_key")
        parts = given.split(":") if isinstance(given, str) else []
        if len(parts) > 3 and cluster.region and parts[3] != cluster.region:
            yield broken(cluster, f"is in {cluster.region}, its key in {parts[3]}")
        used = plan.configuration.targets(cluster.block, "kms_encryption_key").of(KEY) if cluster.block else frozenset()
        for key in plan.instances(used):
            if key.region and cluster.region and key.region != cluster.region:
                yield broken(cluster, f"is in {cluster.region}, its key {key.address} in {key.region}")


def _unique(found: Iterator[Resource]) -> list[Resource]:
    return list({resource.address: resource for resource in found}.values())
