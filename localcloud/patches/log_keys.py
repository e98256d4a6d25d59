"""AssociateKmsKey and DisassociateKmsKey of CloudWatch Logs, which MiniStack lacks, and what the service asks of a key.

A log group takes a key that is enabled and whose policy lets the service in for this group:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html. AWS's words for another are those
of https://github.com/hashicorp/terraform-provider-aws/issues/29282.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import error_response_json, get_region, json_response
from ministack.services import cloudwatch_logs, kms

from localcloud import key_permissions
from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Response]]

NEEDS = {
    "services.cloudwatch_logs": (
        *("_log_group_name_from_identifier_arn", "_log_groups", "_make_group_arn_no_star", "handle_request"),
    ),
    "services.kms": ("_resolve_key",),
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions
_USE = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def install(_: Context) -> None:
    """Serve both operations, and look at the key of a new group too."""
    cloudwatch_logs.handle_request = _patched(cloudwatch_logs.handle_request)


def _patched(handle: Handler) -> Handler:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if operation not in ("AssociateKmsKey", "CreateLogGroup", "DisassociateKmsKey"):
            return await handle(method, path, headers, body, query)
        data = json.loads(body or b"{}")
        group = _name(data)
        refused = _refused(data["kmsKeyId"], group) if data.get("kmsKeyId") else None
        if operation == "CreateLogGroup":
            return refused or await handle(method, path, headers, body, query)
        if group not in cloudwatch_logs._log_groups:
            return _error("ResourceNotFoundException", f"The specified log group does not exist: {group}")
        if refused is None:
            cloudwatch_logs._log_groups[group]["kmsKeyId"] = data.get("kmsKeyId")
        return refused or json_response({})

    return handle_request


def _name(data: dict[str, Any]) -> str:
    given = data.get("resourceIdentifier", "")
    return str(data.get("logGroupName") or cloudwatch_logs._log_group_name_from_identifier_arn(given) or given)


def _refused(key: str, group: str) -> Response | None:
    arn = cloudwatch_logs._make_group_arn_no_star(group)
    words = f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'"
    record = kms._resolve_key(key)
    if record is None or record["KeyState"] != "Enabled":
        return _error("InvalidParameterException", words)
    service, context = f"logs.{get_region()}.amazonaws.com", {"kms:encryptioncontext:aws:logs:arn": arn}
    wanted = key_permissions.Key(record["Arn"], record.get("Policy"), service)
    if key_permissions.service_may(wanted, service, _USE, context):
        return None
    return _error("AccessDeniedException", words)


def _error(code: str, words: str) -> Response:
    answer: Response = error_response_json(code, words, 400)
    return answer
