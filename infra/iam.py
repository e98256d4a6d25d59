"""IAM documents as expressions: statements, policies, trust."""

from collections.abc import Mapping

from infra.hcl import Value, jsonencode


def allow(action: Value, resource: Value) -> dict[str, Value]:
    """Write a statement that allows an action, or a list of actions, on one resource or a list of them."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def policy(statements: Value) -> str:
    """Write a policy document from its statements, or from the expression of a list of statements."""
    return jsonencode({"Version": "2012-10-17", "Statement": statements})


def trust(service: str, condition: Mapping[str, Value] | None = None) -> str:
    """Write the trust policy of a role that one AWS service assumes.

    Args:
        service: the service's principal, such as `lambda.amazonaws.com`.
        condition: narrows down for whom the service may assume the role; see `FOR_THIS_ACCOUNT`.

    Returns:
        The policy as an expression.
    """
    statement: dict[str, Value] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return policy([statement if condition is None else {**statement, "Condition": condition}])


# What a key's administrators do; none of it encrypts, decrypts, or lets somebody else do so (CreateGrant).
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators
ADMINISTER_KEY: list[Value] = [
    *("kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:Describe*", "kms:Disable*", "kms:Enable*"),
    *("kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant", "kms:RotateKeyOnDemand"),
    *("kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:Update*"),
]
ACCOUNT: dict[str, Value] = {"AWS": "arn:${local.partition}:iam::${local.account_id}:root"}
# The account, so that IAM policies say who, and no key is left without an administrator.
ADMINISTERED_BY_IAM: dict[str, Value] = {
    "Sid": "AdministeredByIam",
    "Principal": ACCOUNT,
    **allow(ADMINISTER_KEY, "*"),
}
# EventBridge and Scheduler name the account they act for; Lambda does not:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
FOR_THIS_ACCOUNT: Mapping[str, Value] = {"StringEquals": {"aws:SourceAccount": "${local.account_id}"}}
