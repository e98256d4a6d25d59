"""Route 53: what the checkers of a health check see (GetHealthCheckStatus), and its settings as AWS writes them.

MiniStack has no GetHealthCheckStatus; here is one checker. It writes True and False, which boto3 takes for false.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from ministack.services import route53

from localcloud.patches import Context
from localcloud.patches.route53_changes import Handler, Response
from localcloud.settings import GLOBAL

NEEDS = {"services.route53": ("handle_request", "_build_health_check_el", "_health_checks")}
_PATH = re.compile(r"/healthcheck/([^/]+)/status$")
# As AWS words them: https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
_WELL = "Success: HTTP Status Code 200, OK"
_ILL = "Failure: The health checker did not get a status code of 2xx or 3xx in time."


def install(context: Context) -> None:
    """Answer with what the checker knows, and booleans in lower case."""
    route53._build_health_check_el = _in_lower_case(route53._build_health_check_el)
    route53.handle_request = _patched(route53.handle_request, context)


def _patched(handle: Handler, context: Context) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        asked = _PATH.search(path)
        if method != "GET" or not asked or asked[1] not in route53._health_checks:
            return await handle(method, path, headers, body, query)
        well = context.peers.call(GLOBAL, "names.well", check=asked[1])
        return 200, {"Content-Type": "text/xml"}, _document(_WELL if well else _ILL).encode()

    return handle_request


def _in_lower_case(build: Callable[[Element, dict[str, Any]], None]) -> Callable[[Element, dict[str, Any]], None]:
    def build_health_check(parent: Element, check: dict[str, Any]) -> None:
        build(parent, check)
        for element in parent.iter():
            if element.text in ("True", "False"):
                element.text = element.text.lower()

    return build_health_check


def _document(status: str) -> str:
    return (
        '<?xml version="1.0"?><GetHealthCheckStatusResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">'
        "<HealthCheckObservations><HealthCheckObservation><Region>us-east-1</Region><IPAddress>127.0.0.1</IPAddress>"
        f"<StatusReport><Status>{status}</Status></StatusReport></HealthCheckObservation></HealthCheckObservations>"
        "</GetHealthCheckStatusResponse>"
    )
