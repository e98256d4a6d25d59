"""modules/database: the linked pair alone."""


def resources(plan):
    return {address: found["values"] for address, found in plan.modules["module.under_test"].resources.items()}


def test_the_smallest_call_makes_a_linked_pair_and_nothing_else(root):
    found = resources(root.plan("database", {"name": "orders"}))
    assert sorted(found) == [
        "aws_dsql_cluster.primary",
        "aws_dsql_cluster.secondary",
        "terraform_data.link[0]",
    ]


def test_it_plans_without_an_account_and_without_a_call_to_aws(root):
    configuration = root.plan("database", {"name": "orders"}).configuration
    module = configuration["root_module"]["module_calls"]["under_test"]["module"]
    data = {resource["type"] for resource in module["resources"] if resource["mode"] == "data"}
    assert data == {"aws_region"}


def test_the_peerings_of_the_provider_link_refer_to_the_clusters_only(root):
    configuration = root.plan("database", {"name": "orders", "link_method": "provider"}).configuration
    module = configuration["root_module"]["module_calls"]["under_test"]["module"]
    peerings = [found for found in module["resources"] if found["type"] == "aws_dsql_cluster_peering"]
    assert len(peerings) == 2
    for peering in peerings:
        references = {
            reference.split(".")[0]
            for expression in peering["expressions"].values()
            for reference in expression.get("references", [])
        }
        assert references == {"aws_dsql_cluster", "data"}, "an edge between the peerings would never end"
        assert "depends_on" not in peering


def test_the_link_runs_again_when_a_cluster_is_replaced(root):
    configuration = root.plan("database", {"name": "orders"}).configuration
    module = configuration["root_module"]["module_calls"]["under_test"]["module"]
    link = next(found for found in module["resources"] if found["type"] == "terraform_data")
    references = set(link["expressions"]["triggers_replace"]["references"])
    assert {"aws_dsql_cluster.primary.identifier", "aws_dsql_cluster.secondary.identifier"} <= references
