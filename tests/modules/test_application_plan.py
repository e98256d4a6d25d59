"""modules/application, planned as a caller would."""

import json
import re

import pytest
import tftest

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def arguments(package):
    return {"name": "orders", "account_id": ACCOUNT, "lambda_package": package}


@pytest.fixture(scope="module")
def plan(root, arguments):
    return root.plan("application", arguments)


@pytest.fixture(scope="module")
def planned(plan):
    return {address: found["values"] for address, found in plan.modules["module.under_test"].resources.items()}


def counts(planned):
    result = {}
    for address in planned:
        type_ = address.split(".")[0]
        result[type_] = result.get(type_, 0) + 1
    return result


def test_the_smallest_call_makes_the_whole_application(planned):
    assert counts(planned) == {
        "aws_cloudwatch_event_bus": 2,
        "aws_cloudwatch_event_bus_policy": 2,
        "aws_cloudwatch_event_rule": 4,
        "aws_cloudwatch_event_target": 4,
        "aws_cloudwatch_log_group": 8,
        "aws_dsql_cluster": 2,
        "aws_iam_role": 12,
        "aws_iam_role_policy": 20,
        "aws_lambda_function": 8,
        "aws_lambda_function_event_invoke_config": 4,
        "aws_lambda_invocation": 1,
        "aws_lambda_permission": 2,
        "aws_scheduler_schedule": 2,
        "aws_sqs_queue": 4,
        "terraform_data": 1,
    }


def test_both_clusters_are_protected_and_share_the_witness(planned):
    for side in ("primary", "secondary"):
        cluster = planned[f"aws_dsql_cluster.{side}"]
        assert cluster["deletion_protection_enabled"] is True
        assert cluster["kms_encryption_key"] == "AWS_OWNED_KMS_KEY"
        assert cluster["multi_region_properties"][0]["witness_region"] == "us-west-2"
        assert cluster["tags"] == {"Name": f"orders-{side}"}


def test_forward_rules_carry_only_what_was_put_in_their_own_region(planned):
    patterns = {
        side: json.loads(planned[f"aws_cloudwatch_event_rule.forward_{side}"]["event_pattern"])
        for side in ("primary", "secondary")
    }
    assert patterns == {
        "primary": {"source": ["dsql.application"], "region": ["us-east-1"]},
        "secondary": {"source": ["dsql.application"], "region": ["us-east-2"]},
    }


def test_receive_rules_match_only_what_came_from_elsewhere(planned):
    pattern = json.loads(planned["aws_cloudwatch_event_rule.receive_secondary"]["event_pattern"])
    assert pattern == {"source": ["dsql.application"], "region": [{"anything-but": ["us-east-2"]}]}


def test_functions_are_named_by_function_and_role_of_the_region(planned):
    names = {found["function_name"] for address, found in planned.items() if address.startswith("aws_lambda_function.")}
    assert names == {
        f"orders-{function}-{side}"
        for function in ("consumer", "migrate", "relay", "transactions")
        for side in ("primary", "secondary")
    }


def test_policies_are_known_at_plan_time_but_for_the_cluster(planned):
    unknown = sorted(
        address
        for address, found in planned.items()
        if address.startswith("aws_iam_role_policy.") and "policy" not in found
    )
    assert all(address.startswith("aws_iam_role_policy.database_") for address in unknown), unknown
    relay = json.loads(planned['aws_iam_role_policy.work_primary["relay"]']["policy"])["Statement"]
    assert {statement["Resource"] for statement in relay if statement["Action"] == "events:PutEvents"} == {
        f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/orders"
    }


def test_the_transactions_function_may_not_publish_or_administer(planned):
    for side in ("primary", "secondary"):
        policy = json.loads(planned[f'aws_iam_role_policy.work_{side}["transactions"]']["policy"])
        actions = {
            action
            for statement in policy["Statement"]
            for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        }
        assert actions == {"logs:CreateLogStream", "logs:PutLogEvents", "lambda:InvokeFunction"}


def test_each_resource_goes_to_the_provider_of_its_region(plan):
    module = plan.configuration["root_module"]["module_calls"]["under_test"]["module"]
    wanted = {"primary": "us-east-1", "secondary": "us-east-2"}
    for resource in module["resources"]:
        if resource["mode"] == "managed" and resource["type"].startswith("aws_"):
            side = "secondary" if resource["name"].endswith("secondary") else "primary"
            alias = {"primary": "aws.first", "secondary": "aws.second"}[side]
            assert resource["provider_config_key"].endswith(alias), (resource["address"], wanted[side])


def test_the_provider_link_makes_two_peerings_and_no_shell_step(root, arguments):
    plan = root.plan("application", {**arguments, "link_method": "provider"})
    found = plan.modules["module.under_test"].resources
    assert "aws_dsql_cluster_peering.primary[0]" in found
    assert "aws_dsql_cluster_peering.secondary[0]" in found
    assert not [address for address in found if address.startswith("terraform_data")]


def test_an_empty_encryption_object_makes_a_key_with_rotation_in_each_region(root, arguments):
    found = root.plan("application", {**arguments, "encryption": {}}).modules["module.under_test"].resources
    for side in ("primary", "secondary"):
        key = found[f"aws_kms_key.{side}[0]"]["values"]
        assert (key["enable_key_rotation"], key["deletion_window_in_days"]) == (True, 30)
        assert "kms_encryption_key" not in found[f"aws_dsql_cluster.{side}"]["values"], "known only after the key is"


def test_keys_of_the_caller_are_used_as_they_are(root, arguments):
    keys = {
        side: f"arn:aws:kms:{region}:{ACCOUNT}:key/mrk-1"
        for side, region in (("primary", "us-east-1"), ("secondary", "us-east-2"))
    }
    plan = root.plan("application", {**arguments, "encryption": {"key_arns": keys}})
    found = plan.modules["module.under_test"].resources
    assert found["aws_dsql_cluster.primary"]["values"]["kms_encryption_key"] == keys["primary"]
    assert not [address for address in found if address.startswith("aws_kms_key")]


def test_one_root_holds_two_applications(root, arguments):
    call = {key: value for key, value in arguments.items() if key != "name"}
    plan = root.plan(
        "application", {**call, "name": "${each.key}"}, meta={"for_each": '${toset(["orders", "payments"])}'}
    )
    assert {'module.under_test["orders"]', 'module.under_test["payments"]'} <= set(plan.modules)


@pytest.mark.parametrize(
    ("regions", "message"),
    [
        (
            ("us-east-1", "us-east-1", "us-west-2"),
            "must be in different Regions, got primary us-east-1, secondary us-east-1",
        ),
        (("us-east-1", "us-east-2", "us-east-2"), "must be a third Region that holds neither cluster"),
        (("us-east-1", "us-east-2", "us-east-1"), "must be a third Region that holds neither cluster"),
        (
            ("us-east-1", "us-west-2", "eu-west-1"),
            "Allowed: ap-northeast-1, ap-northeast-2, ap-northeast-3; eu-central-1",
        ),
        (("us-east-1", "eu-west-1", "us-west-2"), "must belong to one Region set of Aurora DSQL"),
        (("sa-east-1", "us-east-2", "us-west-2"), "must belong to one Region set of Aurora DSQL"),
    ],
)
def test_a_wrong_triple_of_regions_fails_at_plan_and_says_what_is_allowed(root, arguments, regions, message):
    assert message in failure(root, arguments, regions=regions)


def test_a_newer_region_set_is_accepted(root, arguments):
    sets = {"nordic": ["eu-north-1", "eu-south-2", "eu-west-1"]}
    plan = root.plan(
        "application", {**arguments, "region_sets": sets}, regions=("eu-north-1", "eu-south-2", "eu-west-1")
    )
    found = plan.modules["module.under_test"].resources
    assert found["aws_dsql_cluster.primary"]["values"]["multi_region_properties"][0]["witness_region"] == "eu-west-1"


# Terraform reports every wrong variable of a plan at once, so each round holds one value for each of several variables.
WRONG = [
    [
        ({"name": "Orders"}, "`name` must be 1 to 32 lower-case letters, digits or hyphens"),
        ({"account_id": "12"}, "`account_id` must be 12 digits or null"),
        ({"link_method": "console"}, '`link_method` must be "aws-cli" or "provider", got "console"'),
        ({"link_timeout_minutes": 0}, "`link_timeout_minutes` must be 1 to 720, got 0"),
        ({"link_role_arn": "admin"}, "`link_role_arn` must be the ARN of an IAM role"),
        ({"log_retention_days": 2}, "`log_retention_days` must be one of 1, 3, 5"),
        ({"log_level": "TRACE"}, "`log_level` must be DEBUG, INFO, WARNING or ERROR"),
        (
            {"encryption": {"key_arns": {"primary": "arn:aws:kms:us-east-1:123456789012:key/x", "secondary": "x"}}},
            "`encryption.key_arns` must be the ARNs of two KMS keys",
        ),
        ({"lambda_package": {"filename": "nowhere.zip"}}, "does not exist: nowhere.zip. Run `make package`"),
    ],
    [
        ({"name": "a" * 33}, "`name` must be 1 to 32 lower-case letters"),
        ({"encryption": {"deletion_window_in_days": 3}}, "must be 7 to 30, got 3"),
        ({"lambda_package": {"filename": __file__, "runtime": "python3.8"}}, "must be python3.11, python3.12"),
    ],
    [
        ({"name": "orders-"}, "not end with a hyphen"),
        ({"lambda_package": {"filename": __file__, "architecture": "arm"}}, "must be arm64 or x86_64"),
    ],
]


@pytest.fixture(scope="module")
def refusals(root, arguments):
    """Terraform's messages for each round of wrong inputs."""
    rounds = []
    for values in WRONG:
        together = {name: value for wrong, _ in values for name, value in wrong.items()}
        rounds.append(failure(root, {**arguments, **together}))
    return rounds


@pytest.mark.parametrize(
    ("turn", "wrong", "message"), [(turn, *case) for turn, values in enumerate(WRONG) for case in values]
)
def test_a_wrong_input_fails_at_plan_and_shows_the_shape(refusals, turn, wrong, message):
    assert message in refusals[turn], f"{wrong} is not refused with {message!r}"


def failure(root, arguments, **options) -> str:
    """Terraform's message, with its line breaks and margins taken out."""
    with pytest.raises(tftest.TerraformTestError) as caught:
        root.plan("application", arguments, **options)
    said = caught.value.cmd_error
    said = said.decode() if isinstance(said, bytes) else str(said)
    return re.sub(r"[\s│]+", " ", said)
