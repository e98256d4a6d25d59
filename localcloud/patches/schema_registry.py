"""EventBridge's schema registries, which MiniStack lacks: registries and schemas are kept, nothing is discovered.

https://docs.aws.amazon.com/eventbridge/latest/schema-reference/what-is-eventbridge-schemas.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

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
_PREFIX = "/v1/registries/name/"
_kept = AccountRegionScopedDict()  # path of a registry or a schema -> record
_tags = AccountRegionScopedDict()  # ARN -> tags by key


def install(_: Context) -> None:
    """Register the service: its requests are routed and authenticated like any other's."""
    app.SERVICE_HANDLERS["schemas"] = handle_request
    router.SERVICE_PATTERNS["schemas"] = {"credential_scope": "schemas", "host_patterns": [r"schemas\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["schemas"] = "schemas"


async def handle_request(method: str, path: str, _headers: Record, body: bytes, query: Record) -> Response:
    """Serve one operation, which method and path tell."""
    path = unquote(path)
    if path.startswith("/tags/"):
        return _tagging(method, path.removeprefix("/tags/"), json.loads(body or b"{}"), query)
    if method == "GET" and path.rstrip("/") == _PREFIX.removesuffix("/name/"):
        return _answer({"Registries": _list(lambda name: "/" not in name)})
    name = path.removeprefix(_PREFIX)
    if method == "GET" and name.endswith("/schemas"):
        return _answer({"Schemas": _list(lambda known: known.startswith(f"{name}/name/"))})
    if method == "POST":
        return _create(name, json.loads(body or b"{}"))
    if name not in _kept:
        return _answer({"Message": f"{name} does not exist"}, 404, "NotFoundException")
    if method == "DELETE":
        del _kept[name]
        return _answer({}, 204)
    if method == "PUT":
        _change(_kept[name], json.loads(body or b"{}"))
    return _answer(_with_tags(_kept[name]))


def _create(name: str, data: Record) -> Response:
    if name in _kept:
        return _answer({"Message": f"{name} exists already"}, 409, "ConflictException")
    registry, _, schema = name.partition("/schemas/name/")
    resource = f"schema/{registry}/{schema}" if schema else f"registry/{registry}"
    arn = f"arn:aws:schemas:{get_region()}:{get_account_id()}:{resource}"
    record = {"Description": data.get("Description", "")}
    if schema:
        record |= {"SchemaArn": arn, "SchemaName": schema, "SchemaVersion": "0", "Type": data["Type"]}
        _change(record, data)
    else:
        record |= {"RegistryArn": arn, "RegistryName": registry}
    _kept[name], _tags[arn] = record, data.get("tags") or {}
    return _answer(_with_tags(record), 201)


def _change(record: Record, data: Record) -> None:
    """A new content is a new version; what is not said stays."""
    record["Description"] = data.get("Description", record["Description"])
    if "Content" in data and data["Content"] != record.get("Content"):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        version = str(int(record["SchemaVersion"]) + 1)
        record |= {"Content": data["Content"], "SchemaVersion": version, "LastModified": now, "VersionCreatedDate": now}


def _list(wanted: Callable[[str], bool]) -> list[Record]:
    return [_with_tags(record) for name, record in _kept.items() if wanted(name)]


def _tagging(method: str, arn: str, data: Record, query: Record) -> Response:
    if method == "GET":
        return _answer({"tags": _tags.get(arn, {})})
    if method == "POST":
        _tags[arn] = {**_tags.get(arn, {}), **data["tags"]}
    else:
        gone = query.get("tagKeys", [])
        _tags[arn] = {key: value for key, value in _tags.get(arn, {}).items() if key not in gone}
    return _answer({}, 204)


def _with_tags(record: Record) -> Record:
    return {**record, "tags": _tags.get(record.get("SchemaArn") or record["RegistryArn"], {})}


def _answer(body: Record, status: int = 200, code: str = "") -> Response:
    headers = {"Content-Type": "application/json"} | ({"x-amzn-errortype": code} if code else {})
    return status, headers, b"" if status == 204 else json.dumps(body).encode()
