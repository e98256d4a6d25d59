"""The IAM action of a Lambda call, and the ARN of a policy simulation, where MiniStack takes one for another.

It wants PutFunctionConcurrency from whoever reads a concurrency, GetFunction for everything about asynchronous
invocations, and simulations on `*`.
AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html and list_awsiam….html.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions

from localcloud.patches import Context

NEEDS = {"core.iam_actions": ("_lambda_action", "extract_resource_arn")}
_KIND = re.compile(r"/functions/[^/]+/(concurrency|event-invoke-config)$")
_ACTIONS = {
    "concurrency": {
        "DELETE": "DeleteFunctionConcurrency",
        "GET": "GetFunctionConcurrency",
        "PUT": "PutFunctionConcurrency",
    },
    "event-invoke-config": {
        "DELETE": "DeleteFunctionEventInvokeConfig",
        "GET": "GetFunctionEventInvokeConfig",
        "POST": "UpdateFunctionEventInvokeConfig",
        "PUT": "PutFunctionEventInvokeConfig",
    },
}


def install(_: Context) -> None:
    """Answer these before MiniStack does."""
    derive_action, derive_resource = iam_actions._lambda_action, iam_actions.extract_resource_arn

    def lambda_action(method: str, path: str) -> str | None:
        kind = _KIND.search(path)
        action: str | None = _ACTIONS[kind[1]].get(method) if kind else derive_action(method, path)
        return action

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *more: Any) -> str:
        if service == "iam" and b"Action=SimulatePrincipalPolicy" in body:
            return parse_qs(body.decode())["PolicySourceArn"][0]
        return str(derive_resource(service, method, path, headers, body, *more))

    iam_actions._lambda_action = lambda_action
    iam_actions.extract_resource_arn = extract_resource_arn
