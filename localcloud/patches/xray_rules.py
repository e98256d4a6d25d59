"""X-Ray, which MiniStack lacks: sampling rules are kept, trace segments accepted and forgotten."""

from __future__ import annotations

import json
import time
from typing import Any

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from localcloud.patches import Context

Record = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "app": ("SERVICE_HANDLERS",),
    "core.router": ("SERVICE_PATTERNS",),
    "core.iam_actions": ("SERVICE_TO_IAM_NAMESPACE",),
}
_rules = AccountRegionScopedDict()  # name -> record
_tags = AccountRegionScopedDict()  # ARN -> list of tags


def install(_: Context) -> None:
    """Register the service: its requests are routed and authenticated like any other's."""
    app.SERVICE_HANDLERS["xray"] = handle_request
    router.SERVICE_PATTERNS["xray"] = {"credential_scope": "xray", "host_patterns": [r"xray\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["xray"] = "xray"


def get_state() -> Record:
    """What a restart needs."""
    return {"rules": _rules, "tags": _tags}


def load_persisted_state(data: Record) -> None:
    """Load what `get_state` returned."""
    _rules._data.update(data["rules"]._data)
    _tags._data.update(data["tags"]._data)


async def handle_request(_method: str, path: str, _headers: Record, body: bytes, _query: Record) -> Response:
    """Serve one operation; each has a path of its own."""
    operation = _OPERATIONS.get(path.strip("/"))
    if operation is None:
        return _answer({"message": f"operation {path} is not supported"}, 400, "InvalidRequestException")
    try:
        return _answer(operation(json.loads(body or b"{}")))
    except KeyError as error:
        return _answer({"message": f"{error} does not exist or is missing"}, 400, "InvalidRequestException")


def _create(data: Record) -> Record:
    rule = data["SamplingRule"]
    rule["RuleARN"] = f"arn:aws:xray:{get_region()}:{get_account_id()}:sampling-rule/{rule['RuleName']}"
    rule.setdefault("Attributes", {})
    now = time.time()
    _rules[rule["RuleName"]] = {"SamplingRule": rule, "CreatedAt": now, "ModifiedAt": now}
    _tags[rule["RuleARN"]] = data.get("Tags") or []
    return {"SamplingRuleRecord": _rules[rule["RuleName"]]}


def _update(data: Record) -> Record:
    change = data["SamplingRuleUpdate"]
    record = _rules[_name(change)]
    record["SamplingRule"].update({key: value for key, value in change.items() if value is not None})
    record["ModifiedAt"] = time.time()
    return {"SamplingRuleRecord": record}


def _delete(data: Record) -> Record:
    record = _rules[_name(data)]
    del _rules[_name(data)]
    _tags.pop(record["SamplingRule"]["RuleARN"], None)
    return {"SamplingRuleRecord": record}


def _tag(data: Record) -> Record:
    added = {tag["Key"] for tag in data["Tags"]}
    kept = [tag for tag in _tags[data["ResourceARN"]] if tag["Key"] not in added]
    _tags[data["ResourceARN"]] = kept + data["Tags"]
    return {}


def _untag(data: Record) -> Record:
    _tags[data["ResourceARN"]] = [tag for tag in _tags[data["ResourceARN"]] if tag["Key"] not in data["TagKeys"]]
    return {}


def _name(data: Record) -> str:
    return str(data.get("RuleName") or data["RuleARN"].rpartition("/")[2])


_OPERATIONS = {
    "CreateSamplingRule": _create,
    "DeleteSamplingRule": _delete,
    "GetSamplingRules": lambda _: {"SamplingRuleRecords": list(_rules.values())},
    "ListTagsForResource": lambda data: {"Tags": _tags.get(data["ResourceARN"], [])},
    "TagResource": _tag,
    "TraceSegments": lambda _: {"UnprocessedTraceSegments": []},
    "UntagResource": _untag,
    "UpdateSamplingRule": _update,
}


def _answer(body: Record, status: int = 200, code: str = "") -> Response:
    headers = {"Content-Type": "application/json"} | ({"x-amzn-errortype": code} if code else {})
    return status, headers, json.dumps(body).encode()
