"""API Gateway: an HTTP API invokes a function only if the function's policy lets it, as AWS does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.arn import execute_api_arn
from ministack.services import apigateway

from localcloud import permissions
from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]
Invoke = Callable[..., Awaitable[Response]]

NEEDS = {
    "services.apigateway": ("_invoke_lambda_proxy", "_extract_lambda_ref_from_integration_uri"),
    "core.arn": ("execute_api_arn",),
}
_REFUSED = 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'


def install(_: Context) -> None:
    """Ask the function's policy before each invocation."""
    apigateway._invoke_lambda_proxy = _asking(apigateway._invoke_lambda_proxy)


def _asking(invoke: Invoke) -> Invoke:
    async def invoke_lambda_proxy(
        integration: dict[str, Any], api_id: str, stage: str, path: str, method: str, *more: Any, **scope: Any
    ) -> Response:
        function = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        source = execute_api_arn(scope["owner_region"], scope["owner_account_id"], api_id, stage, method, path)
        if not permissions.function_allows(function, permissions.API_GATEWAY, source):
            return _REFUSED
        return await invoke(integration, api_id, stage, path, method, *more, **scope)

    return invoke_lambda_proxy
