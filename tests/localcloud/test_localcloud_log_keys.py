"""Log groups that are encrypted with a KMS key, and calls about a log stream."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "000000000000"
GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group"


@pytest.fixture(scope="module")
def logs(client):
    return client.aws("logs")


@pytest.fixture(scope="module")
def key(client):
    """A key that the service may use for the groups whose names begin with `ours-`."""
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{GROUP}:ours-*"}},
    }
    document = {"Version": "2012-10-17", "Statement": [{**one, "Resource": "*"} for one in (owner, service)]}
    return client.aws("kms").create_key(Policy=json.dumps(document))["KeyMetadata"]["Arn"]


def key_of(logs, group):
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return found.get("kmsKeyId")


def test_a_group_goes_to_a_key_and_leaves_it(logs, key):
    logs.create_log_group(logGroupName="ours-1")
    logs.associate_kms_key(logGroupName="ours-1", kmsKeyId=key)
    assert key_of(logs, "ours-1") == key
    logs.disassociate_kms_key(resourceIdentifier=f"{GROUP}:ours-1:*")
    assert key_of(logs, "ours-1") is None


def test_a_group_is_created_with_a_key(logs, key):
    logs.create_log_group(logGroupName="ours-2", kmsKeyId=key)
    assert key_of(logs, "ours-2") == key


@pytest.mark.parametrize("call", ["create_log_group", "associate_kms_key"])
def test_a_key_that_does_not_let_the_service_in_for_this_group_is_refused(logs, key, call):
    group = f"theirs-{call}"
    if call == "associate_kms_key":
        logs.create_log_group(logGroupName=group)
    with pytest.raises(ClientError, match="not allowed to be used with Arn") as refused:
        getattr(logs, call)(logGroupName=group, kmsKeyId=key)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_disabled_key_and_a_group_that_is_not_there_are_refused(client, logs, key):
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.associate_kms_key(logGroupName="ours-never", kmsKeyId=key)
    client.aws("kms").disable_key(KeyId=key)
    try:
        with pytest.raises(logs.exceptions.InvalidParameterException):
            logs.create_log_group(logGroupName="ours-3", kmsKeyId=key)
    finally:
        client.aws("kms").enable_key(KeyId=key)


def test_a_stream_is_authorized_by_its_own_arn_as_policies_write_it(client, logs):
    logs.create_log_group(logGroupName="streams")
    role = client.role("logger", "lambda.amazonaws.com", ("logs:CreateLogStream", f"{GROUP}:streams:*"))
    writer = client.as_role(role).aws("logs")
    writer.create_log_stream(logGroupName="streams", logStreamName="one")
    with pytest.raises(ClientError, match="not authorized to perform: logs:PutLogEvents"):
        writer.put_log_events(logGroupName="streams", logStreamName="one", logEvents=[{"timestamp": 0, "message": "x"}])
