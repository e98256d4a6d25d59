"""API Gateway: an HTTP API and its stage tell the tags that they have, not those that they were made with.

MiniStack keeps later tags beside the resource, and Terraform reads them from the resource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway

from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]
Change = Callable[[str, Any], Response]

NEEDS = {
    "services.apigateway": ("_api_tags", "_apis", "_stages", "_tag_resource", "_untag_resource"),
}


def install(_: Context) -> None:
    """Write each change of tags into the resource."""
    apigateway._tag_resource = _written(apigateway._tag_resource)
    apigateway._untag_resource = _written(apigateway._untag_resource)


def _written(change: Change) -> Change:
    def change_tags(resource_arn: str, given: Any) -> Response:
        answer = change(resource_arn, given)
        kind, api_id, *stage = resource_arn.rpartition("::/")[2].split("/")
        if answer[0] < 400 and kind == "apis":
            resource = apigateway._stages[api_id][stage[1]] if stage else apigateway._apis[api_id]
            resource["tags"] = dict(apigateway._api_tags.get(resource_arn, {}))
        return answer

    return change_tags
