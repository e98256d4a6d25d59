"""Each feature of the example `complete` off and on again: alone in a plan, and for real in two rounds."""

import dataclasses
from contextlib import contextmanager

import pytest

from ops.aws import Aws

from .examples import SIDES

pytestmark = pytest.mark.e2e


@dataclasses.dataclass(frozen=True)
class Feature:
    """A feature.

    Args:
        off: what the module is given instead, by input.
        own: parts of the addresses of what goes with it.
        touched: of what stays, and is updated.
        made: of what takes its place.
    """

    off: dict[str, str]
    own: tuple[str, ...]
    touched: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


WITHOUT_REGISTRY = (
    '{ archive_retention_days = 30, audit_account_classes = ["business"], notify_types = ["transfer", "withdrawal"] }'
)
FEATURES = {
    "api": Feature(
        {"api": "null"},
        (
            *("aws_acm_certificate", "aws_apigatewayv2_", "aws_route53_", "log_group.api_", "permission.api_"),
            *("terraform_data.routing", '["api-', '["health-checks"]'),
        ),
        ("alarm.serving_", "aws_cloudwatch_dashboard"),
    ),
    "backup": Feature(
        {"backup": "null"}, ("aws_backup_", ".backup_", ".restore[", '["backup"]'), ("aws_cloudwatch_dashboard",)
    ),
    "encryption": Feature(
        {"encryption": "null"},
        tuple(f"aws_kms_{kind}.{side}[" for kind in ("alias", "key") for side in SIDES),
        ("aws_dsql_cluster.",),
    ),
    "event_routing": Feature(
        {"event_routing": "null"},
        # The migration lets in the roles of the functions that there are, so it is invoked again.
        (
            *('["audit"]', '["notify"]', '["review"]', "aws_cloudwatch_event_archive", "notifications_"),
            *("aws_schemas_", "aws_lambda_invocation.migration"),
        ),
        made=("aws_lambda_invocation.migration",),
    ),
    "event_rules": Feature({"event_rules": "{}"}, (".callers_",)),
    "fault_injection": Feature({"fault_injection": "null"}, ("aws_fis_experiment_template", ".faults_")),
    "field_encryption": Feature(
        {"field_encryption": "null"},
        (".fields_",),
        tuple(f'aws_lambda_function.{side}["transactions"]' for side in SIDES),
    ),
    # An alarm stops an experiment, so that the module refuses templates without alarms.
    "monitoring": Feature(
        {"monitoring": "null", "fault_injection": "null"},
        (".alarms_", "_alarm.", "aws_cloudwatch_dashboard", "aws_fis_experiment_template", ".faults_"),
    ),
    "schema_registry": Feature({"event_routing": WITHOUT_REGISTRY}, ("aws_schemas_",)),
    "service_encryption": Feature(
        {"service_encryption": "null"},
        (".services_",),
        ("aws_cloudwatch_log_group", "aws_sqs_queue", "aws_sns_topic", "event_bus.", "aws_lambda_function."),
        # AWS's own key for SNS does not let CloudWatch in, so that the topics of the alarms get one again.
        ("aws_kms_key.alarms_", "aws_kms_alias.alarms_"),
    ),
    # What cuts off subnets in a drill goes with the subnets.
    "vpc": Feature(
        {"vpc": "null", "fault_injection": "{}"}, (".network_", '["network"]'), ("aws_lambda_function.", ".faults_")
    ),
}
# What is off together; no round has two features of which one hides what the other changes. The last word counts.
ROUNDS = (
    ("backup", "encryption", "event_rules", "fault_injection", "schema_registry", "service_encryption"),
    ("api", "event_routing", "field_encryption", "vpc", "monitoring"),
)


@contextmanager
def off(terraform, *names):
    """The example with these features off, in the block."""
    override = terraform.directory / "off_override.tf"
    given = {argument: value for name in names for argument, value in FEATURES[name].off.items()}
    lines = "".join(f"  {argument} = {value}\n" for argument, value in given.items())
    override.write_text(f'module "application" {{\n{lines}}}\n')
    try:
        yield
    finally:
        override.unlink()


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_that_is_turned_off_plans_only_what_is_its_own(applied, name):
    terraform, feature = applied["complete"], FEATURES[name]
    # What exists was compared with the state a moment ago, by `test_an_applied_example_does_not_drift`.
    terraform = dataclasses.replace(
        terraform, environment={**terraform.environment, "TF_CLI_ARGS_plan": "-refresh=false"}
    )
    with off(terraform, name):
        changes = terraform.plan().document["resource_changes"]
    found = {
        (action, change["address"])
        for change in changes
        for action in change["change"]["actions"]
        if change["mode"] == "managed" and action != "no-op"
    }
    allowed = {"delete": feature.own, "update": feature.touched, "create": feature.made}
    foreign = sorted((done, what) for done, what in found if not any(part in what for part in allowed[done]))
    assert not foreign
    unused = [
        (done, part)
        for done, parts in allowed.items()
        for part in parts
        if not any(action == done and part in what for action, what in found)
    ]
    assert not unused, "the plan no longer has these; take them out of FEATURES"


def test_the_two_rounds_turn_each_feature_off():
    assert sorted(name for names in ROUNDS for name in names) == sorted(FEATURES)


def test_features_go_off_and_on_again_for_real_and_nothing_stays_on_a_key_that_goes(applied, cloud_environment):
    terraform, going = applied["complete"], []
    before = set(keys_that_go(cloud_environment))  # other tests' keys
    for names in ROUNDS:  # the second turns on what the first turned off
        with off(terraform, *names):
            terraform.apply()
            assert not terraform.plan().changes, names
        going.append(set(keys_that_go(cloud_environment)) - before)
        assert not going[-1] & set(keys_in_use(cloud_environment)), names
    terraform.apply()
    assert not terraform.plan().changes
    gone = set(keys_that_go(cloud_environment)) - before
    assert not gone & set(keys_in_use(cloud_environment))
    # The two clusters' and the two Regions' services' in the first round; in the second the alarms' of the first, and
    # the fields' key with its replica.
    assert [len(found) for found in (*going, gone)] == [4, 8, 8]


def keys_that_go(cloud_environment):
    """ARNs of the keys that are scheduled for deletion."""
    for region in SIDES.values():
        kms = Aws(cloud_environment).client("kms", region)
        for page in kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                metadata = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if metadata["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
                    yield metadata["Arn"]


def keys_in_use(cloud_environment):
    """ARNs of the keys that clusters, log groups, queues, topics, buses and functions of ours are on."""
    aws = Aws(cloud_environment)
    for region in SIDES.values():
        clusters = aws.client("dsql", region)
        for cluster in clusters.list_clusters()["clusters"]:
            yield clusters.get_cluster(identifier=cluster["identifier"])["encryptionDetails"].get("kmsKeyArn")
        logs = aws.client("logs", region)
        for page in logs.get_paginator("describe_log_groups").paginate():
            yield from (group.get("kmsKeyId") for group in page["logGroups"])
        queues = aws.client("sqs", region)
        for url in queues.list_queues(QueueNamePrefix="payments-")["QueueUrls"]:
            yield queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].get("KmsMasterKeyId")
        topics = aws.client("sns", region)
        for topic in topics.list_topics()["Topics"]:
            yield topics.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"].get("KmsMasterKeyId")
        yield aws.client("events", region).describe_event_bus(Name="payments").get("KmsKeyIdentifier")
        functions = aws.client("lambda", region)
        for page in functions.get_paginator("list_functions").paginate():
            yield from (function.get("KMSKeyArn") for function in page["Functions"])
