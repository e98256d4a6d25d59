"""The ARN that a DSQL call is authorized for: MiniStack looks for /clusters/… in the path, the API has /cluster/….

Without it every policy that names a cluster would be refused.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core import iam_actions

from localcloud.patches import Context

NEEDS = {"core.iam_actions": ("extract_resource_arn",)}
_CLUSTER_PATH = re.compile(r"^/cluster/([^/]+)")


def install(_: Context) -> None:
    """Derive the cluster's ARN from the path that botocore's service model gives."""
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
        cluster = _CLUSTER_PATH.match(path) if service == "dsql" else None
        if cluster:
            return f"arn:aws:dsql:{region}:{account_id}:cluster/{cluster[1]}"
        return str(derive(service, method, path, headers, body, query_params, region, account_id))

    iam_actions.extract_resource_arn = extract_resource_arn
