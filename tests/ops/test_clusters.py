"""What the checks see of a pair that is not as configured, on an embedded cloud without any function."""

import time

import pytest

from localcloud.cloud import Cloud
from ops import database, functions
from ops.application import hops
from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment

REGIONS = {"primary": "us-east-1", "secondary": "us-east-2"}
WITNESS = "us-west-2"


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield Aws(cloud.environment())


@pytest.fixture(scope="module")
def keys(aws):
    """A KMS key in each Region."""
    return {side: aws.client("kms", region).create_key()["KeyMetadata"]["Arn"] for side, region in REGIONS.items()}


@pytest.fixture(scope="module")
def clusters(aws, keys):
    """Two clusters that wait for their link, encrypted by the keys."""
    return {
        side: aws.client("dsql", region).create_cluster(
            kmsEncryptionKey=keys[side], multiRegionProperties={"witnessRegion": WITNESS}
        )
        for side, region in REGIONS.items()
    }


def stack(clusters, *, witness=WITNESS):
    sides = {
        side: {
            "region": region,
            "cluster_identifier": clusters[side]["identifier"],
            "cluster_arn": clusters[side]["arn"],
            "endpoint": "",
            "function_names": {
                name: f"small-{name}-{side}" for name in ("consumer", "migrate", "relay", "transactions")
            },
            "event_bus_name": "",
            "event_bus_arn": "",
            "forward_rule_name": "",
            "receive_rule_name": "",
            "queue_urls": {"failed": f"https://sqs/0/small-failed-{side}"},
        }
        for side, region in REGIONS.items()
    }
    return Deployment.of({"name": "small", "witness_region": witness, "regions": sides})


@pytest.fixture
def linked(aws, clusters):
    for side, region in REGIONS.items():
        other = "secondary" if side == "primary" else "primary"
        client = aws.client("dsql", region)
        client.update_cluster(
            identifier=clusters[side]["identifier"],
            multiRegionProperties={"witnessRegion": WITNESS, "clusters": [clusters[other]["arn"]]},
        )
    for side, region in REGIONS.items():
        client, deadline = aws.client("dsql", region), time.monotonic() + 20
        while client.get_cluster(identifier=clusters[side]["identifier"])["status"] != "ACTIVE":
            assert time.monotonic() < deadline
            time.sleep(0.1)
    return stack(clusters)


def test_a_cluster_that_waits_for_its_link_is_named_by_its_status(aws, clusters):
    given = stack(clusters)
    with pytest.raises(CheckFailedError, match="PENDING_SETUP"):
        database.linked(aws, given, given.primary)


def test_a_linked_pair_passes_and_another_witness_is_seen(aws, clusters, linked):
    assert database.linked(aws, linked, linked.primary).startswith("ACTIVE, peer ")
    other = stack(clusters, witness="eu-west-1")
    with pytest.raises(CheckFailedError, match=f"witness {WITNESS}"):
        database.linked(aws, other, other.secondary)


def test_a_key_that_is_disabled_is_named(aws, keys, linked):
    assert database.encrypted(aws, linked, linked.primary) == f"ENABLED, with {keys['primary']}"
    kms = aws.client("kms", REGIONS["primary"])
    kms.disable_key(KeyId=keys["primary"])
    with pytest.raises(CheckFailedError, match=f"key {keys['primary']} is Disabled"):
        database.encrypted(aws, linked, linked.primary)
    kms.enable_key(KeyId=keys["primary"])
    assert database.encrypted(aws, linked, linked.primary) == f"ENABLED, with {keys['primary']}"


def test_functions_that_are_gone_are_named(aws, clusters):
    given = stack(clusters)
    with pytest.raises(CheckFailedError, match="no function small-consumer-primary"):
        functions.present(aws, given, given.primary)
    with pytest.raises(CheckFailedError, match=r"failures of small-\w+-secondary go to nowhere"):
        functions.failures_kept(aws, given, given.secondary)


def test_a_function_that_never_logged_has_no_lines(aws, clusters):
    given = stack(clusters)
    assert hops(aws, given.primary, "consumer", "some-event", hop="received", since=0) == []


def test_a_log_group_without_an_end_is_named(aws, clusters):
    given = stack(clusters)
    client = aws.client("logs", REGIONS["primary"])
    with pytest.raises(CheckFailedError, match="no log group /aws/lambda/small-consumer-primary"):
        functions.logs_kept(aws, given, given.primary)
    client.create_log_group(logGroupName="/aws/lambda/small-consumer-primary")
    with pytest.raises(CheckFailedError, match="/aws/lambda/small-consumer-primary is kept for ever"):
        functions.logs_kept(aws, given, given.primary)
