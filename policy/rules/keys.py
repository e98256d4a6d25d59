"""Rules on KMS keys, of clusters and of what stands around them: without its key nothing can be read."""

from collections.abc import Iterator
from typing import Any

from policy.pair import CLUSTER, pairs
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, expect, rule, unknown
from policy.rules import pages
from policy.values import Unknown, blocks

KEY = "aws_kms_key"
_REPLICA = "aws_kms_replica_key"
# What names a key of KMS, by the argument that does.
_USERS = {
    "aws_cloudwatch_event_archive": "kms_key_identifier",
    "aws_cloudwatch_event_bus": "kms_key_identifier",
    "aws_cloudwatch_log_group": "kms_key_id",
    "aws_lambda_function": "kms_key_arn",
    "aws_sns_topic": "kms_master_key_id",
    "aws_sqs_queue": "kms_master_key_id",
}
_KEEP = ("aws_cloudwatch_event_archive", "aws_cloudwatch_log_group", "aws_sqs_queue")
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


@rule(
    "DSQL036",
    Severity.ERROR,
    reason="A queue, topic or bus whose key is gone takes nothing any more, and such a function does not start.",
    link=pages.KEY_DELETION,
    cure="Give each of its users another key, or AWS's own, in the same apply: with `create_before_destroy` on the key "
    "they leave it before it goes.",
)
def no_key_is_deleted_that_something_still_uses(plan: Plan) -> Iterator[Finding]:
    """No key is deleted that a log group, queue, topic, bus, archive or function uses after the apply."""
    for key in _lost_keys(plan):
        names = _names(plan, key)
        for user in plan.of(*_USERS):
            if user.text(_USERS[user.kind]) in names:
                yield broken(key, f"would be deleted while {user.address} uses it")


@rule(
    "DSQL037",
    Severity.CRITICAL,
    reason="What the function encrypted with it and stored, such as fields of rows, can never be read again.",
    link=pages.KEY_DELETION,
    cure="Keep the key for as long as such rows are to be read; delete it when they are gone or were encrypted anew.",
)
def no_key_is_deleted_that_a_function_encrypts_with(plan: Plan) -> Iterator[Finding]:
    """No key is deleted that the environment of a function names, before or after the apply."""
    for key in _lost_keys(plan):
        names = set(_names(plan, key))
        for function in plan.resources:
            if function.kind == "aws_lambda_function" and names & {
                *_environment(function.before),
                *_environment(function.values),
            }:
                yield broken(key, f"would be deleted, and {function.address} has encrypted with it")


@rule(
    "DSQL038",
    Severity.WARNING,
    reason="What was stored under the old key stays under it: with the key, older log lines, messages and archived "
    "events go, long before their retention ends.",
    link=pages.KEY_DELETION,
    cure="Keep the key until the retention is over, out of Terraform's state if need be (`terraform state rm`); or "
    "accept the loss by an exception.",
)
def no_key_is_deleted_under_what_is_kept(plan: Plan) -> Iterator[Finding]:
    """No key is deleted that a log group, queue or archive leaves, and which has encrypted what it keeps."""
    for key in _lost_keys(plan):
        names = _names(plan, key)
        for user in plan.of(*_KEEP):
            argument = _USERS[user.kind]
            leaves = user.before.get(argument) in names and user.text(argument) not in names
            if leaves and not user.is_lost:
                yield broken(key, f"would be deleted with what {user.address} has stored under it")


def _lost_keys(plan: Plan) -> Iterator[Resource]:
    yield from plan.lost(KEY)
    yield from plan.lost(_REPLICA)


def _names(plan: Plan, key: Resource) -> list[str]:
    """What a key of now is called by its users: ARN, id, aliases."""
    own = [str(key.before[part]) for part in ("arn", "key_id") if key.before.get(part)]
    aliases = [one for one in plan.resources if one.kind == "aws_kms_alias" and one.before.get("target_key_id") in own]
    return own + [str(alias.before[part]) for alias in aliases for part in ("arn", "name") if alias.before.get(part)]


def _environment(values: dict[str, Any]) -> Iterator[str]:
    """The known values of a function's environment variables."""
    found = blocks(values.get("environment"), "environment")
    for block in [] if isinstance(found, Unknown) else found:
        variables = block.get("variables")
        for value in variables.values() if isinstance(variables, dict) else ():
            if isinstance(value, str):
                yield value


def _unique(found: Iterator[Resource]) -> list[Resource]:
    return list({resource.address: resource for resource in found}.values())
