"""KMS keys whose policies look at the encryption context and at the caller's role, as on AWS."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "arn:aws:iam::000000000000"
COLUMN = {"column": "sensitive"}


@pytest.fixture(scope="module")
def key(client):
    """A key that the role `writer` may use for one column, as the policy of `field_encryption` says it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"{ACCOUNT}:root"},
        "Action": "kms:GenerateDataKey",
        "Resource": "*",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": f"{ACCOUNT}:role/writer"},
            "StringEquals": {"kms:EncryptionContext:column": "sensitive"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return client.aws("kms").create_key(Policy=document)["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def use(client, key):
    """Ask for a data key as a role that IAM allows all of KMS."""
    roles = {
        name: client.role(name, "lambda.amazonaws.com", ("kms:GenerateDataKey", "*")) for name in ("writer", "other")
    }

    def run(role, context):
        kms = client.as_role(roles[role]).aws("kms")
        return kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)["Plaintext"]

    return run


def test_the_role_that_the_key_names_uses_it_for_its_context(use):
    assert len(use("writer", COLUMN)) == 32


@pytest.mark.parametrize(
    ("role", "context"), [("other", COLUMN), ("writer", {"column": "amount"}), ("writer", {}), ("writer", {"x": "y"})]
)
def test_another_role_or_context_is_refused(use, role, context):
    with pytest.raises(ClientError) as refused:
        use(role, context)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
