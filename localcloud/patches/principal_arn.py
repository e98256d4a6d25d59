"""`aws:PrincipalArn` of a role's session: the role's ARN, as on AWS; MiniStack gives the session's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

from localcloud.patches import Context

NEEDS = {
    "core.iam_evaluator": ("_resolve_condition_key", "_role_name_from_assumed_arn"),
    "services.iam": ("_roles",),
}


def install(_: Context) -> None:
    """Resolve the key anew for sessions; every other key is left to MiniStack."""
    resolve = iam_evaluator._resolve_condition_key

    def resolve_condition_key(key: str, context: iam_evaluator.EvalContext) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in context.principal_arn:
            name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
            role = iam._roles.get_scoped(context.principal_account, None, name)
            if role is not None:
                return role["Arn"]
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_condition_key
