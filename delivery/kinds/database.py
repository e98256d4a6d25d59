"""Clusters and their link."""

from __future__ import annotations

from delivery.kinds.kind import Client, Existing, Kind, Values, newest, pages

_GOING = ("DELETING", "DELETED", "PENDING_DELETE", "FAILED")


def _cluster(client: Client, values: Values) -> Existing | None:
    name = (values.get("tags") or {}).get("Name")
    if not name:
        return None
    dsql = client("dsql")
    found = []
    for listed in pages(dsql, "list_clusters", "clusters"):
        cluster = dsql.get_cluster(identifier=listed["identifier"])
        if cluster["status"] in _GOING:
            continue
        tags = dsql.list_tags_for_resource(resourceArn=cluster["arn"]).get("tags", {})
        if tags.get("Name") == name:
            found.append(Existing(cluster["identifier"], cluster["creationTime"]))
    return newest(found)


def _peering(client: Client, values: Values) -> Existing | None:
    """A cluster that is linked already: provider 5.100 crashes if it is to be linked again."""
    identifier = values["identifier"]
    cluster = client("dsql").get_cluster(identifier=identifier)
    peers = [arn for arn in cluster.get("multiRegionProperties", {}).get("clusters", []) if arn != cluster["arn"]]
    return Existing(identifier, None) if peers else None


KINDS = {
    "aws_dsql_cluster": Kind(_cluster, ("tags",), opens=True),
    "aws_dsql_cluster_peering": Kind(_peering, ("identifier",)),
}
