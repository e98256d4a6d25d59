"""Clusters as the DSQL API shows them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

PRIMARY, SECONDARY, WITNESS = "us-east-1", "us-east-2", "us-west-2"


def test_a_pair_is_active_only_when_each_cluster_names_the_other(new_pair):
    pair = new_pair()
    assert {pair.status(region) for region in pair.clusters} == {"PENDING_SETUP"}
    pair.name_peer(PRIMARY)
    assert pair.status(PRIMARY) == "PENDING_SETUP"
    pair.name_peer(SECONDARY)
    assert pair.status(PRIMARY) in ("CREATING", "ACTIVE")
    pair.link()
    for region in pair.clusters:
        pair.delete(region)


def test_an_active_cluster_lists_itself_and_its_peer(pair, client):
    arns = sorted(cluster["arn"] for cluster in pair.clusters.values())
    for region, cluster in pair.clusters.items():
        shown = client.aws("dsql", region).get_cluster(identifier=cluster["identifier"])
        assert shown["multiRegionProperties"] == {"witnessRegion": WITNESS, "clusters": arns}
        assert shown["endpoint"] == pair.host(region)


def test_a_region_knows_its_own_clusters_only(pair, client):
    listed = [cluster["arn"] for cluster in client.aws("dsql", PRIMARY).list_clusters()["clusters"]]
    assert pair.clusters[PRIMARY]["arn"] in listed
    assert pair.clusters[SECONDARY]["arn"] not in listed
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.aws("dsql", SECONDARY).get_cluster(identifier=pair.clusters[PRIMARY]["identifier"])


def test_one_of_a_pair_waits_for_the_others_deletion(new_pair, client):
    pair = new_pair().link()
    pair.delete(PRIMARY)
    assert pair.status(PRIMARY) == "PENDING_DELETE"
    with pytest.raises(ClientError, match="ConflictException"):
        pair.name_peer(PRIMARY)
    pair.delete(SECONDARY)
    for region, cluster in pair.clusters.items():
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            client.aws("dsql", region).get_cluster(identifier=cluster["identifier"])


def test_a_cluster_that_was_unlinked_before_keeps_the_other_from_waiting_for_ever(new_pair, client):
    pair = new_pair().link()
    clusters = {region: cluster["identifier"] for region, cluster in pair.clusters.items()}
    nobody = {"witnessRegion": WITNESS, "clusters": []}
    client.aws("dsql", SECONDARY).update_cluster(identifier=clusters[SECONDARY], multiRegionProperties=nobody)
    pair.delete(PRIMARY)
    assert pair.status(PRIMARY) == "PENDING_DELETE"
    pair.delete(SECONDARY)
    assert pair.status(PRIMARY) == "DELETING"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.aws("dsql", PRIMARY).get_cluster(identifier=clusters[PRIMARY])


def test_deletion_protection_refuses_deletion_until_it_is_switched_off(client):
    dsql = client.aws("dsql")
    identifier = dsql.create_cluster(deletionProtectionEnabled=True)["identifier"]
    with pytest.raises(ClientError, match="deletion protection"):
        dsql.delete_cluster(identifier=identifier)
    dsql.update_cluster(identifier=identifier, deletionProtectionEnabled=False, kmsEncryptionKey="AWS_OWNED_KMS_KEY")
    dsql.delete_cluster(identifier=identifier)


@pytest.mark.parametrize("witness", [PRIMARY, SECONDARY])
def test_the_witness_must_be_in_a_third_region(new_pair, client, witness):
    pair = new_pair()
    arn = pair.clusters[SECONDARY]["arn"]
    with pytest.raises(ClientError, match=f"witness Region {witness} must differ"):
        client.aws("dsql").update_cluster(
            identifier=pair.clusters[PRIMARY]["identifier"],
            multiRegionProperties={"witnessRegion": witness, "clusters": [arn]},
        )
    for region in pair.clusters:
        pair.delete(region)
