import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from delivery.existing import find
from delivery.kinds import KINDS, WITHOUT_IMPORT
from delivery.kinds.kind import Existing

REPOSITORY = Path(__file__).parents[2]
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FUNCTION = {"get_function_configuration": {"LastModified": "2026-01-02T03:04:05.000+0000"}}
ARN = "arn:aws:dsql:us-east-1:000000000000:cluster/"


class Answers:
    """A boto3 client that answers what it was told, by operation; an exception is raised."""

    def __init__(self, **answers):
        self.answers = answers

    def __getattr__(self, operation):
        answer = self.answers[operation]

        def call(**request):
            found = answer(**request) if callable(answer) else answer
            if isinstance(found, Exception):
                raise found
            return found

        return call

    def get_paginator(self, operation):
        return type("Paginator", (), {"paginate": lambda _, **__: [self.answers[operation]]})()


def looked_up(kind, values, **answers):
    return find(kind, lambda service: Answers(**answers), values)


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "told"}}, "Operation")


@pytest.mark.parametrize(
    ("kind", "values", "answers", "expected"),
    [
        ("aws_iam_role", {"name": "r"}, {"get_role": {"Role": {"CreateDate": WHEN}}}, Existing("r", WHEN)),
        (
            "aws_cloudwatch_log_group",
            {"name": "/g"},
            {
                "describe_log_groups": {
                    "logGroups": [
                        {"logGroupName": "/g2", "creationTime": 1},
                        {"logGroupName": "/g", "creationTime": WHEN.timestamp() * 1000},
                    ]
                }
            },
            Existing("/g", WHEN),
        ),
        (
            "aws_lambda_function",
            {"function_name": "f"},
            FUNCTION,
            Existing("f", WHEN),
        ),
        (
            "aws_lambda_permission",
            {"function_name": "f", "statement_id": "receive"},
            {**FUNCTION, "get_policy": {"Policy": '{"Statement": [{"Sid": "receive"}]}'}},
            Existing("f/receive", WHEN),
        ),
        (
            "aws_cloudwatch_event_bus",
            {"name": "b"},
            {"describe_event_bus": {"CreationTime": WHEN}},
            Existing("b", WHEN),
        ),
        (
            "aws_sqs_queue",
            {"name": "q"},
            {
                "get_queue_url": {"QueueUrl": "https://q"},
                "get_queue_attributes": {"Attributes": {"CreatedTimestamp": str(int(WHEN.timestamp()))}},
            },
            Existing("https://q", WHEN),
        ),
        (
            "aws_scheduler_schedule",
            {"name": "s", "group_name": None},
            {"get_schedule": {"CreationDate": WHEN}},
            Existing("default/s", WHEN),
        ),
        (
            "aws_kms_alias",
            {"name": "alias/k"},
            {"list_aliases": {"Aliases": [{"AliasName": "alias/k", "CreationDate": WHEN}]}},
            Existing("alias/k", WHEN),
        ),
        (
            "aws_dsql_cluster_peering",
            {"identifier": "one"},
            {"get_cluster": {"arn": ARN + "one", "multiRegionProperties": {"clusters": [ARN + "one", ARN + "two"]}}},
            Existing("one", None),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_exists_is_found_with_its_import_id_and_age(kind, values, answers, expected):
    assert looked_up(kind, values, **answers) == expected


@pytest.mark.parametrize(
    ("kind", "values", "answers"),
    [
        ("aws_iam_role", {"name": "r"}, {"get_role": error("NoSuchEntity")}),
        ("aws_cloudwatch_log_group", {"name": "/g"}, {"describe_log_groups": {"logGroups": []}}),
        (
            "aws_lambda_function",
            {"function_name": "f"},
            {"get_function_configuration": error("ResourceNotFoundException")},
        ),
        (
            "aws_lambda_permission",
            {"function_name": "f", "statement_id": "receive"},
            {**FUNCTION, "get_policy": {"Policy": '{"Statement": [{"Sid": "other"}]}'}},
        ),
        ("aws_sqs_queue", {"name": "q"}, {"get_queue_url": error("AWS.SimpleQueueService.NonExistentQueue")}),
        ("aws_sqs_queue", {"name": "q"}, {"get_queue_url": error("QueueDoesNotExist")}),
        ("aws_kms_alias", {"name": "alias/k"}, {"list_aliases": {"Aliases": []}}),
        (
            "aws_dsql_cluster_peering",
            {"identifier": "one"},
            {"get_cluster": {"arn": ARN + "one", "multiRegionProperties": {"clusters": [ARN + "one"]}}},
        ),
        ("aws_iam_role", {"name": None}, {}),
        ("aws_dsql_cluster_peering", {}, {}),
        ("aws_iam_role_policy", {"name": "p"}, {}),
        ("aws_iam_role_policy", {"name": "p", "role": "r"}, {"get_role_policy": error("NoSuchEntity")}),
        ("terraform_data", {"input": 1}, {}),
        (
            "aws_kms_key",
            {"description": "ours"},
            {
                "list_keys": {"Keys": [{"KeyId": "going"}]},
                "describe_key": {
                    "KeyMetadata": {"KeyId": "going", "Description": "ours", "KeyState": "PendingDeletion"}
                },
            },
        ),
        (
            "aws_schemas_registry",
            {"name": "orders", "description": "ours"},
            {"describe_registry": {"Description": "somebody's"}},
        ),
        (
            "aws_acm_certificate",
            {"domain_name": "a.example.com", "tags": {"team": "payments"}},
            {
                "list_certificates": {
                    "CertificateSummaryList": [{"CertificateArn": "c", "DomainName": "a.example.com"}]
                },
                "list_tags_for_certificate": {"Tags": [{"Key": "team", "Value": "orders"}]},
            },
        ),
        (
            "aws_route53_record",
            {
                "name": "a.example.com",
                "type": "A",
                "zone_id": "Z",
                "set_identifier": "primary",
                "alias": [{"name": "x"}],
            },
            {
                "list_resource_record_sets": {
                    "ResourceRecordSets": [
                        {
                            "Name": "a.example.com.",
                            "Type": "A",
                            "SetIdentifier": "secondary",
                            "AliasTarget": {"DNSName": "x."},
                        },
                        {
                            "Name": "a.example.com.",
                            "Type": "A",
                            "SetIdentifier": "primary",
                            "AliasTarget": {"DNSName": "y."},
                        },
                    ]
                }
            },
        ),
    ],
)
def test_what_does_not_exist_or_needs_no_look_is_none(kind, values, answers):
    assert looked_up(kind, values, **answers) is None


def test_every_resource_type_of_the_modules_has_an_importer_or_a_reason():
    """A lost state is found again, and what a killed apply left is adopted, type by type."""
    files = [*(REPOSITORY / "modules").rglob("*.tf"), REPOSITORY / "infra" / "deployment.py"]
    made = {kind for file in files for kind in re.findall(r'^resource "(\w+)"', file.read_text(), re.MULTILINE)}
    without = sorted(made - set(KINDS) - set(WITHOUT_IMPORT))
    assert not without, f"add to delivery/kinds, with the import id of the provider's page: {', '.join(without)}"


def test_a_refused_look_is_an_error():
    with pytest.raises(ClientError, match="AccessDenied"):
        looked_up("aws_iam_role", {"name": "r"}, get_role=error("AccessDenied"))


def test_a_cluster_is_found_by_its_name_tag_the_newest_first_and_none_that_is_going():
    clusters = {
        "old": {"status": "ACTIVE", "creationTime": WHEN},
        "new": {"status": "PENDING_SETUP", "creationTime": WHEN + timedelta(minutes=1)},
        "going": {"status": "DELETING", "creationTime": WHEN + timedelta(minutes=2)},
        "other": {"status": "ACTIVE", "creationTime": WHEN + timedelta(minutes=3)},
    }
    found = looked_up(
        "aws_dsql_cluster",
        {"tags": {"Name": "small-primary"}},
        list_clusters={"clusters": [{"identifier": identifier} for identifier in clusters]},
        get_cluster=lambda identifier: {"identifier": identifier, "arn": ARN + identifier, **clusters[identifier]},
        list_tags_for_resource=lambda resourceArn: {  # noqa: N803 - boto3's own name
            "tags": {"Name": "small-secondary" if resourceArn.endswith("other") else "small-primary"}
        },
    )
    assert found == Existing("new", WHEN + timedelta(minutes=1))
