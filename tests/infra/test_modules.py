"""What the constructs promise about the modules, on the synthesized configuration."""

import re

import pytest

from infra import export
from infra.application import modules
from infra.variables import INPUTS


@pytest.fixture(scope="session")
def configurations():
    return {module.name: (module.configuration(), module.rooms()) for module in modules()}


@pytest.fixture(scope="session")
def application(configurations):
    return configurations["application"][0]


@pytest.fixture(scope="session")
def resources(application):
    return application["resource"]


def test_committed_modules_are_what_the_source_generates():
    differing = export.stale(export._HERE.parent / "modules")
    assert not differing, f"stale: {differing}; run `make modules` and commit the result"


def test_the_smallest_call_of_a_module_gives_few_inputs(configurations):
    required = {
        name: [variable for variable, body in configuration["variable"].items() if "default" not in body]
        for name, (configuration, _) in configurations.items()
    }
    assert required == {"application": ["lambda_package", "name"], "database": ["name"], "events": ["name"]}


def test_no_module_carries_a_provider_or_a_backend(configurations):
    for configuration, _ in configurations.values():
        assert "provider" not in configuration
        assert set(configuration["terraform"]) == {"required_providers", "required_version"}


def test_a_module_asks_only_for_the_providers_that_it_uses(configurations):
    aliases = {
        name: configuration["terraform"]["required_providers"]["aws"]["configuration_aliases"]
        for name, (configuration, _) in configurations.items()
    }
    assert aliases == {
        "application": ["aws.primary", "aws.secondary", "aws.witness"],
        "database": ["aws.primary", "aws.secondary", "aws.witness"],
        "events": ["aws.primary", "aws.secondary"],
    }


def test_every_block_is_written_to_the_file_of_its_construct(configurations):
    configuration, rooms = configurations["application"]
    blocks = sum(len(names) for section in ("resource", "data") for names in configuration[section].values())
    assert len(rooms) == blocks + len(configuration["locals"])


def test_inputs_that_mean_nothing_when_null_are_not_nullable(application):
    for name, body in application["variable"].items():
        assert body["nullable"] is INPUTS[name].nullable
        if not INPUTS[name].nullable:
            assert body.get("default", "required") is not None


@pytest.mark.parametrize("name", sorted(INPUTS))
def test_every_input_says_what_changes_when_it_is_touched(name):
    description = INPUTS[name].description
    assert description.endswith(".")
    assert len(description.split()) >= 8, f"{name}: {description!r} says too little"


def test_the_schema_is_migrated_again_where_the_clusters_are_new(resources):
    migration = resources["aws_lambda_invocation"]["migration"]
    identifiers = [f"aws_dsql_cluster.{side}.identifier" for side in ("primary", "secondary")]
    assert migration["lifecycle"] == {"replace_triggered_by": identifiers}, "new clusters would have no tables"


def test_the_link_step_is_found_in_a_folder_of_any_name(resources):
    (step,) = resources["terraform_data"]["link"]["provisioner"]
    ran = {name: step["local-exec"][name] for name in ("interpreter", "command")}
    assert ran == {"interpreter": ["sh"], "command": "${path.module}/link.sh"}, "a shell would read quotes in the path"


@pytest.mark.parametrize("action", ["kms:EnableKey", "kms:UpdateAlias"])
def test_a_deployer_makes_good_what_was_done_to_a_key_by_hand(configurations, action):
    """The plan after a key was scheduled for deletion, or that was taken back, has these as changes in place."""
    allowed = (
        configurations["application"][0]["locals"]["deployer_statements"],
        configurations["database"][0]["output"]["deployer_policy"]["value"],
    )
    assert all(re.search(rf"{action}\b", str(one)) for one in allowed)


def test_clusters_give_protection_and_key_explicitly(resources):
    for side in ("primary", "secondary"):
        cluster = resources["aws_dsql_cluster"][side]
        assert cluster["deletion_protection_enabled"] == "${var.deletion_protection}"
        assert cluster["kms_encryption_key"] == f"${{local.kms_encryption_key.{side}}}"
        assert cluster["multi_region_properties"] == [{"witness_region": "${data.aws_region.witness.id}"}]


def test_the_peerings_have_no_edge_between_them(resources):
    for side, peering in resources["aws_dsql_cluster_peering"].items():
        assert "aws_dsql_cluster_peering" not in str(peering), f"{side} refers to a peering: apply would never end"
        assert "depends_on" not in peering
        assert "timeouts" not in peering
        assert peering["lifecycle"]["replace_triggered_by"] == [
            "aws_dsql_cluster.primary.identifier",
            "aws_dsql_cluster.secondary.identifier",
        ]


def test_what_needs_sql_waits_for_the_link(resources, application):
    link = ["terraform_data.link", "aws_dsql_cluster_peering.primary", "aws_dsql_cluster_peering.secondary"]
    assert resources["aws_lambda_invocation"]["migration"]["depends_on"] == link
    for user in (*resources["aws_scheduler_schedule"].values(),):
        assert "aws_lambda_invocation.migration" in user["depends_on"]
    for side in ("primary", "secondary"):
        target = resources["aws_cloudwatch_event_target"][f"receive_{side}"]
        assert "aws_lambda_invocation.migration" in target["depends_on"]
    assert application["output"]["regions"]["depends_on"] == [*link, "aws_lambda_invocation.migration"]


def test_a_forward_rule_matches_only_events_of_its_own_region(resources):
    for side in ("primary", "secondary"):
        pattern = resources["aws_cloudwatch_event_rule"][f"forward_{side}"]["event_pattern"]
        assert f"region = [data.aws_region.{side}.id]" in pattern


def test_a_forward_target_has_a_role_retries_and_dead_letters(resources):
    for side, other in (("primary", "secondary"), ("secondary", "primary")):
        target = resources["aws_cloudwatch_event_target"][f"forward_{side}"]
        assert target["arn"] == f"${{aws_cloudwatch_event_bus.{other}.arn}}"
        assert target["role_arn"] == f"${{aws_iam_role.forward_{side}.arn}}"
        assert target["retry_policy"] == {"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 185}
        assert target["dead_letter_config"] == {"arn": f"${{aws_sqs_queue.undelivered_{side}.arn}}"}


def test_every_resource_stands_in_the_region_that_its_name_says(resources):
    for type_, named in resources.items():
        for name, body in named.items():
            if type_ == "terraform_data":
                continue
            side = "secondary" if name.endswith("secondary") else "primary"
            assert body["provider"] == f"aws.{side}", f"{type_}.{name}"


def test_only_the_migration_may_connect_as_admin(application):
    actions = application["locals"]["database_actions"]
    assert [function for function, allowed in actions.items() if "dsql:DbConnectAdmin" in allowed] == ["migrate"]


def test_names_of_iam_roles_carry_the_role_of_the_region(resources):
    for side_name, role in resources["aws_iam_role"].items():
        assert role["name"].endswith(side_name.rsplit("_", 1)[-1])


def test_every_input_of_a_module_changes_something(configurations):
    for name, (configuration, _) in configurations.items():
        blocks = {section: body for section, body in configuration.items() if section != "variable"}
        unused = [variable for variable in configuration["variable"] if f"var.{variable}" not in str(blocks)]
        assert not unused, name
