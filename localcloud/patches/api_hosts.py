"""API Gateway: host names as AWS has them, `<id>.execute-api.<Region>.amazonaws.com`.

MiniStack names its APIs `<id>.execute-api.localhost:<port>`, which tells no Region. No name of either kind resolves on
most machines: a client connects to the cloud's address and says the host in the header `Host`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core.responses import get_region
from ministack.services import apigateway

from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]

NEEDS = {"app": ("_EXECUTE_API_RE",), "services.apigateway": ("_create_api", "_apis")}
_HOST = re.compile(r"^([a-f0-9]{8})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?::\d+)?$")


def install(_: Context) -> None:
    """Give new APIs an endpoint of AWS's form, and take requests by it."""
    app._EXECUTE_API_RE = _HOST
    apigateway._create_api = _named(apigateway._create_api)


def host(api_id: str, region: str) -> str:
    """Host name of an API."""
    return f"{api_id}.execute-api.{region}.amazonaws.com"


def _named(create: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    def create_api(data: dict[str, Any]) -> Response:
        status, headers, body = create(data)
        if status != 201:
            return status, headers, body
        api = json.loads(body)
        scheme = "wss" if api["protocolType"] == "WEBSOCKET" else "https"
        api["apiEndpoint"] = f"{scheme}://{host(api['apiId'], get_region())}"
        apigateway._apis[api["apiId"]]["apiEndpoint"] = api["apiEndpoint"]
        return status, headers, json.dumps(api).encode()

    return create_api
