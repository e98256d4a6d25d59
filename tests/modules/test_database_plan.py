"""The pair and its link, on the configuration as Terraform read it: what waits for what."""

import pytest

from .inventory import Case

CLUSTERS = ("aws_dsql_cluster.primary", "aws_dsql_cluster.secondary")


@pytest.fixture(scope="module")
def configuration(planned):
    return planned.configuration(Case("database/link-by-provider"))


def references(value):
    """Every reference in an expression, however deep."""
    if isinstance(value, list):
        return {found for item in value for found in references(item)}
    if not isinstance(value, dict):
        return set()
    return set(value.get("references", [])).union(*(references(item) for item in value.values()))


def resource(configuration, address):
    return next(found for found in configuration["resources"] if found["address"] == address)


def test_it_plans_without_an_account_and_without_a_call_to_aws(configuration):
    data = {resource["type"]: resource for resource in configuration["resources"] if resource["mode"] == "data"}
    assert set(data) == {"aws_region", "aws_partition", "aws_caller_identity"}
    # AWS is asked for the account where a key of ours names it in its policy, and for nothing else.
    asked = references(data["aws_caller_identity"]["count_expression"])
    assert asked == {"var.account_id", "var.backup", "var.encryption", "var.encryption.key_arns"}


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_the_peerings_of_the_provider_link_refer_to_the_clusters_only(configuration, side):
    peering = resource(configuration, f"aws_dsql_cluster_peering.{side}")
    kinds = {reference.split(".")[0] for reference in references(peering["expressions"])}
    assert kinds == {"aws_dsql_cluster"}, "an edge between the peerings would never end"
    assert "depends_on" not in peering


@pytest.mark.parametrize("address", CLUSTERS)
def test_the_clusters_do_not_wait_for_each_other(configuration, address):
    cluster = resource(configuration, address)
    kinds = {reference.split(".")[0] for reference in references(cluster["expressions"])}
    assert kinds == {"data", "local", "var"}
    assert "depends_on" not in cluster


def test_the_link_runs_again_when_a_cluster_is_replaced(configuration):
    link = resource(configuration, "terraform_data.link")
    assert {f"{cluster}.identifier" for cluster in CLUSTERS} <= references(link["expressions"]["triggers_replace"])


def test_the_link_step_gets_what_the_caller_gives(configuration):
    (provisioner,) = resource(configuration, "terraform_data.link")["provisioners"]
    given = {"var.link_environment", "var.link_role_arn", "var.link_timeout_minutes"}
    assert given <= references(provisioner["expressions"])
