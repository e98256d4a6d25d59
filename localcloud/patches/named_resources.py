"""The ARN that a call is authorized for: a function, an event bus, tags of EventBridge, a log stream, a health check.

MiniStack authorizes CreateFunction, these tags and health checks for `*` and takes the name of a bus for a rule's, so a
policy that is bounded to an application's names would be refused; a log stream's calls are authorized for its group, so
that the `:*` at the end of a policy's resource would not fit.
AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core import iam_actions

from localcloud.patches import Context

NEEDS = {"core.iam_actions": ("extract_resource_arn",)}
_HEALTH_CHECK = re.compile(r"/(healthcheck/[^/]+)")
_ABOUT_A_STREAM = {"CreateLogStream", "PutLogEvents"}
_ABOUT_A_BUS = {"CreateEventBus", "DeleteEventBus", "DescribeEventBus", "UpdateEventBus"}


def install(_: Context) -> None:
    """Derive the ARN from the body's or the path's name for these calls."""
    derive = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> str:
        resource = _named(service, method, path, headers, body)
        if resource:
            return resource if resource.startswith("arn:") else f"arn:aws:{service}:{region}:{account_id}:{resource}"
        return str(derive(service, method, path, headers, body, query_params, region, account_id))

    iam_actions.extract_resource_arn = extract_resource_arn


def _named(service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> str | None:
    if service == "lambda" and method == "POST" and path.rstrip("/").endswith("/functions"):
        return _field(body, "FunctionName", "function:")
    if service == "route53":
        check = _HEALTH_CHECK.search(path)
        return f"arn:aws:route53:::{check[1]}" if check else None
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if service == "events" and operation in _ABOUT_A_BUS:
        return _field(body, "Name", "event-bus/")
    if service == "logs" and operation in _ABOUT_A_STREAM:
        stream = _field(body, "logStreamName", "")
        return stream and f"{_field(body, 'logGroupName', 'log-group:')}:log-stream:{stream}"
    return _field(body, "ResourceARN", "") if service == "events" else None


def _field(body: bytes, field: str, prefix: str) -> str | None:
    try:
        name = json.loads(body)[field]
    except (ValueError, KeyError, TypeError):  # malformed: the service itself says so
        return None
    return f"{prefix}{name}"
