"""The encryption context of a KMS request as condition keys, which MiniStack does not have.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions

from localcloud.patches import Context

NEEDS = {"core.iam_actions": ("request_tag_context",)}


def install(_: Context) -> None:
    """Add `kms:EncryptionContext:<name>` for each pair, and `kms:EncryptionContextKeys`."""
    collect = iam_actions.request_tag_context

    def request_tag_context(service: str, action: str, body: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = collect(service, action, body, parameters)
        if service != "kms":
            return found
        given = _encryption_context(body)
        pairs = {f"kms:encryptioncontext:{name.lower()}": value for name, value in given.items()}
        return {**found, **pairs, **({"kms:encryptioncontextkeys": list(given)} if given else {})}

    iam_actions.request_tag_context = request_tag_context


def _encryption_context(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body or b"{}").get("EncryptionContext", {})
    except (AttributeError, ValueError):
        return {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
