"""Who may connect: IAM's decision on dsql:DbConnect or dsql:DbConnectAdmin, by the policies in this cloud."""

from __future__ import annotations

from ministack.core import iam_evaluator, responses
from ministack.services import iam

from localcloud.dsql.token import TokenRefusedError, action_for


def authorize(access_key: str, *, user: str, cluster_arn: str, region: str, account: str) -> str:
    """The ARN of the IAM identity behind `access_key`, if its policies let it connect to the cluster as `user`.

    A role's session answers with the role's ARN, because database roles are granted to roles, not to sessions.

    Raises:
        TokenRefusedError: the identity is unknown or its policies do not allow the action.
    """
    with responses.request_scope(account, region):
        principal = iam_evaluator.resolve_principal(access_key, account)
        if isinstance(principal, iam_evaluator.AuthError):
            raise TokenRefusedError(principal.message)
        if principal.policies is not None:
            action = f"dsql:{action_for(user)}"
            if not allows(principal, action=action, resource=cluster_arn, region=region):
                raise TokenRefusedError(f"{principal.arn} is not authorized to perform {action} on {cluster_arn}")
        return _identity(principal, account)


def allows(principal: iam_evaluator.PrincipalInfo, *, action: str, resource: str, region: str) -> bool:
    """Whether the principal's identity policies, boundary and session policies allow `action` on `resource`."""
    context = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=action,
        resource_arn=resource,
        region=region,
        service_context={},
        principal_keys=principal.keys,
    )
    return bool(iam_evaluator.evaluate(context, principal.policies, *principal.limits).decision == "Allow")


def _identity(principal: iam_evaluator.PrincipalInfo, account: str) -> str:
    if principal.type != "AssumedRole":
        return str(principal.arn)
    name = iam_evaluator._role_name_from_assumed_arn(principal.arn)
    role = iam._roles.get_scoped(account, None, name) or {}
    return str(role.get("Arn") or f"arn:aws:iam::{account}:role/{name}")
