"""Checks of the clusters: status, link, witness, encryption."""

from __future__ import annotations

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment, Side

_REDEPLOY = "run `make deploy` again"


def linked(aws: Aws, stack: Deployment, side: Side) -> str:
    """The cluster is ACTIVE, lists the other as its peer, and has the configured witness."""
    found = aws.client("dsql", side.region).get_cluster(identifier=side.cluster_identifier)
    if found["status"] != "ACTIVE":
        raise CheckFailedError(found["status"], "ACTIVE", f"not linked yet, or a key is unusable: {_REDEPLOY}")
    properties = found.get("multiRegionProperties", {})
    peers = [arn for arn in properties.get("clusters", []) if arn != side.cluster_arn]
    wanted = stack.other(side).cluster_arn
    if peers != [wanted]:
        raise CheckFailedError(f"peers {peers}", f"[{wanted}]", f"the link step did not finish: {_REDEPLOY}")
    witness = properties.get("witnessRegion")
    if witness != stack.witness_region:
        raise CheckFailedError(f"witness {witness}", stack.witness_region, "the cluster was made for another witness")
    protection = "on" if found.get("deletionProtectionEnabled") else "off"
    return f"ACTIVE, peer {wanted.rpartition('/')[2]}, witness {witness}, deletion protection {protection}"


def encrypted(aws: Aws, _: Deployment, side: Side) -> str:
    """The cluster is encrypted, and a key of ours can be used.

    https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_EncryptionDetails.html
    """
    found = aws.client("dsql", side.region).get_cluster(identifier=side.cluster_identifier)["encryptionDetails"]
    if found["encryptionStatus"] != "ENABLED":
        raise CheckFailedError(
            f"encryption {found['encryptionStatus']}",
            "ENABLED",
            "the cluster cannot use its key, or changes to another one right now",
        )
    if found["encryptionType"] == "AWS_OWNED_KMS_KEY":
        return "ENABLED, with AWS's own key"
    key = found["kmsKeyArn"]
    state = aws.client("kms", side.region).describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        raise CheckFailedError(
            f"key {key} is {state}", "Enabled", "cancel its deletion or enable it now: without it the data is lost"
        )
    return f"ENABLED, with {key}"
