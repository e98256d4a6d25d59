"""How this Region's cluster is, by the AWS API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transactions import aws
from transactions.errors import ClusterUnknownError


@dataclass(frozen=True)
class ClusterStatus:
    """The cluster's state.

    Args:
        status: DSQL's word, such as ACTIVE.
        multi_region: whether it is linked to a cluster in another Region.
    """

    status: str
    multi_region: bool


def status(identifier: str, dsql: Any = None) -> ClusterStatus:
    """Ask DSQL for a cluster.

    Args:
        identifier: the cluster's id.
        dsql: boto3's `dsql` client, or one that answers alike.

    Raises:
        ClusterUnknownError: no answer, or a refusal.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        cluster = (dsql or aws.client("dsql")).get_cluster(identifier=identifier)
    except (BotoCoreError, ClientError) as error:
        raise ClusterUnknownError("the cluster's status cannot be read; try again") from error
    # A cluster that waits for its peer has a witness Region already, but is in no pair yet.
    linked = cluster.get("multiRegionProperties", {}).get("clusters", [])
    return ClusterStatus(cluster["status"], bool(set(linked) - {cluster["arn"]}))
