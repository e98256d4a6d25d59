"""AWS Backup where MiniStack falls short: locks of vaults, and the ARN that a call is authorized for.

MiniStack has no PutBackupVaultLockConfiguration, deletes vaults that hold recovery points, and authorizes every call on
a vault or a plan by path for `*`. Jobs stay as MiniStack has them: nothing is copied or restored here.
AWS: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions
from ministack.services import backup

from localcloud.patches import Context

Record = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "core.iam_actions": ("extract_resource_arn",),
    "services.backup": ("_err", "_no_content", "_not_found", "_vaults", "handle_request"),
}
_LOCK = re.compile(r"/backup-vaults/([^/]+)/vault-lock")
_NAMED = re.compile(r"/(?:backup-vaults/([^/]+)|backup/plans(?:/([^/]+))?)")
_TAGGED = re.compile(r"/(?:tags|untag)/(arn:.+?)/?$")
_SECONDS_A_DAY = 24 * 3600


def install(_: Context) -> None:
    """Serve the two operations before MiniStack sees them, and derive ARNs from paths."""
    serve, derive = backup.handle_request, iam_actions.extract_resource_arn

    async def handle_request(method: str, path: str, headers: Record, body: bytes, query: Record) -> Response:
        found = _LOCK.fullmatch(unquote(path))
        if found and method in ("PUT", "DELETE"):
            return _lock(found[1], json.loads(body or b"{}") if method == "PUT" else None)
        answer: Response = await serve(method, path, headers, body, query)
        return answer

    def extract_resource_arn(service: str, *request: Any) -> str:
        _, path, *_, region, account = request
        if service == "backup" and (tagged := _TAGGED.match(unquote(path))):
            return tagged[1]
        found = _NAMED.match(unquote(path)) if service == "backup" else None
        if not found:
            return str(derive(service, *request))
        name = f"backup-vault:{found[1]}" if found[1] else f"backup-plan:{found[2] or '*'}"
        return f"arn:aws:backup:{region}:{account}:{name}"

    backup.handle_request = handle_request
    iam_actions.extract_resource_arn = extract_resource_arn


def _lock(name: str, wanted: Record | None) -> Response:
    vault = backup._vaults.get(name)
    if vault is None:
        return _typed(backup._not_found(f"Vault '{name}' not found."))
    if vault.get("LockDate", time.time() + 1) < time.time():
        return _typed(backup._err("InvalidRequestException", f"Vault '{name}' is locked for good.", 400))
    for field in ("MinRetentionDays", "MaxRetentionDays", "LockDate"):
        vault.pop(field, None)
    vault["Locked"] = wanted is not None
    if wanted is not None:
        vault |= {field: wanted[field] for field in ("MinRetentionDays", "MaxRetentionDays") if field in wanted}
        if "ChangeableForDays" in wanted:
            vault["LockDate"] = int(time.time()) + wanted["ChangeableForDays"] * _SECONDS_A_DAY
    return _typed(backup._no_content())


def _typed(answer: Any) -> Response:
    status, headers, body = answer
    return status, headers, body
