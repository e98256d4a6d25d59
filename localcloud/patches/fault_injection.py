"""AWS Fault Injection Service, which MiniStack lacks: templates, experiments and their states, stop conditions.

Of the actions only `aws:dsql:cluster-connection-failure` does something: the connections to the cluster end, and
`percentage` of the new ones are refused, until the experiment is over. The others run their time. States are worked out
when they are asked for. https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, request_scope
from ministack.services import cloudwatch

from localcloud.patches import Context
from localcloud.settings import ACCOUNT

Record = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "app": ("SERVICE_HANDLERS",),
    "core.router": ("SERVICE_PATTERNS",),
    "core.iam_actions": ("SERVICE_TO_IAM_NAMESPACE", "_BOTOCORE_SERVICE_MAP", "extract_resource_arn"),
    "services.cloudwatch": ("_alarms", "_composite_alarms"),
}
CONNECTION_FAILURE = "aws:dsql:cluster-connection-failure"
_INITIATING_SECONDS = 0.5  # how long an experiment is so at least, so that clients see it
_OVER = ("completed", "stopped", "failed")
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_GIVEN = (
    *("description", "targets", "actions", "stopConditions", "roleArn", "logConfiguration", "experimentOptions"),
    "experimentReportConfiguration",
)
_templates = AccountRegionScopedDict()  # id -> template
_experiments = AccountRegionScopedDict()  # id -> experiment


class _Refused(Exception):  # noqa: N818  # an answer, not a failure of ours
    """The request is refused: status and AWS's name of the error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def install(context: Context) -> None:
    """Register the service: its requests are routed, authenticated and authorized like any other's."""
    derive = iam_actions.extract_resource_arn

    async def handle_request(method: str, path: str, _headers: Record, body: bytes, _query: Record) -> Response:
        try:
            return _answer(_serve(context, method, unquote(path).strip("/"), json.loads(body or b"{}"), _query))
        except _Refused as refused:
            return _answer({"message": str(refused)}, refused.status, refused.code)

    def extract_resource_arn(service: str, *request: Any) -> str:
        if service != "fis":
            return str(derive(service, *request))
        method, path, _, body, _, region, account = request
        kind, _, id_ = unquote(path).strip("/").partition("/")
        if kind == "tags":
            return id_
        if kind == "experiments" and method == "POST":
            kind, id_ = "experimentTemplates", json.loads(body or b"{}").get("experimentTemplateId", "")
        name = {"experimentTemplates": "experiment-template", "experiments": "experiment"}.get(kind)
        return f"arn:aws:fis:{region}:{account}:{name}/{id_ or '*'}" if name else "*"

    app.SERVICE_HANDLERS["fis"] = handle_request
    router.SERVICE_PATTERNS["fis"] = {"credential_scope": "fis", "host_patterns": [r"fis\."]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["fis"] = "fis"
    iam_actions._BOTOCORE_SERVICE_MAP["fis"] = ["fis"]
    iam_actions.extract_resource_arn = extract_resource_arn


def fails(cluster_arn: str) -> bool:
    """Whether a connection to a cluster is to fail now: by chance, where an experiment says so."""
    region = cluster_arn.split(":")[3]
    with request_scope(ACCOUNT, region):
        for experiment in list(_experiments.values()):
            action = experiment["actions"][_only(experiment["actions"])]
            arns = [arn for target in experiment["targets"].values() for arn in target.get("resourceArns", [])]
            if action["actionId"] == CONNECTION_FAILURE and cluster_arn in arns and _is_on(experiment):
                return random.random() * 100 < float(action["parameters"]["percentage"])  # noqa: S311  # a lot, no secret
    return False


def _serve(context: Context, method: str, path: str, data: Record, query: Record) -> Record:
    kind, _, id_ = path.partition("/")
    if kind == "tags":
        return _tagging(method, id_, data, query)
    if kind == "experimentTemplates":
        return _template(method, id_, data)
    if kind != "experiments":
        raise _Refused(400, "ValidationException", f"{method} /{path} is not supported")
    if method == "POST":
        return {"experiment": _start(context, data)}
    if not id_:
        return {"experiments": [_now(found) for found in _experiments.values()]}
    experiment = _found(_experiments, id_)
    if method == "DELETE":
        _stop(experiment, "Experiment stopped by the user.")
    return {"experiment": _now(experiment)}


def _template(method: str, id_: str, data: Record) -> Record:
    if method == "POST":
        _check(data.get("actions") or {})
        id_ = f"EXT{uuid.uuid4().hex[:15]}"
        arn = f"arn:aws:fis:{get_region()}:{get_account_id()}:experiment-template/{id_}"
        options = {"accountTargeting": "single-account", "emptyTargetResolutionMode": "fail"}
        made = {"id": id_, "arn": arn, "creationTime": time.time(), "tags": data.get("tags") or {}}
        _templates[id_] = made | {field: data[field] for field in _GIVEN if field in data}
        _templates[id_]["experimentOptions"] = options | (data.get("experimentOptions") or {})
    elif not id_:
        return {"experimentTemplates": list(_templates.values())}
    template = _found(_templates, id_)
    if method == "PATCH":
        template |= {field: data[field] for field in _GIVEN if data.get(field) is not None}
    if method == "DELETE":
        del _templates[id_]
    return {"experimentTemplate": {**template, "lastUpdateTime": time.time()}}


def _check(actions: Record) -> None:
    durations = [action.get("parameters", {}).get("duration", "") for action in actions.values()]
    if len(durations) != 1 or not _DURATION.fullmatch(durations[0]):
        what = "the embedded cloud runs templates with one action that has a duration, such as PT5M"
        raise _Refused(400, "ValidationException", f"{what}, got {durations}")


def _start(context: Context, data: Record) -> Record:
    template = _found(_templates, data["experimentTemplateId"])
    id_ = f"EXP{uuid.uuid4().hex[:15]}"
    copied = json.loads(json.dumps({field: template[field] for field in _GIVEN if field in template}))
    experiment = copied | {
        "id": id_,
        "arn": f"arn:aws:fis:{get_region()}:{get_account_id()}:experiment/{id_}",
        "experimentTemplateId": template["id"],
        "creationTime": time.time(),
        "startTime": time.time(),
        "tags": data.get("tags") or {},
    }
    _experiments[id_] = experiment
    for target in experiment["targets"].values():
        for arn in target.get("resourceArns", []):
            if target["resourceType"] == "aws:dsql:cluster":
                context.peers.call(get_region(), "dsql.sever", cluster_arn=arn)
    return _now(experiment)


def _now(experiment: Record) -> Record:
    """The experiment as it is by now; a stop condition or the end of its time is noted when somebody looks."""
    if "endTime" not in experiment:
        alarms = [condition.get("value", "") for condition in experiment["stopConditions"]]
        lit = next((arn for arn in alarms if _is_alarm(arn.rpartition(":")[2])), None)
        ends = experiment["startTime"] + _seconds(experiment["actions"])
        if lit:
            _stop(experiment, f"Experiment stopped by stop condition {lit}.")
        elif time.time() >= ends:
            experiment |= {"endTime": ends, "ended": ("completed", "Experiment completed.")}
    status, reason = experiment.get("ended", ("running", "Experiment is running."))
    if "endTime" not in experiment and time.time() < experiment["startTime"] + _INITIATING_SECONDS:
        status, reason = "initiating", "Experiment is initiating."
    state = {"status": status, "reason": reason}
    ended = {"endTime": experiment["endTime"]} if "endTime" in experiment else {}
    actions = {
        name: action | {"state": state, "startTime": experiment["startTime"], **ended}
        for name, action in experiment["actions"].items()
    }
    kept = {name: value for name, value in experiment.items() if name != "ended"}
    return {**kept, "state": state, "actions": actions}


def _is_on(experiment: Record) -> bool:
    return _now(experiment)["state"]["status"] not in _OVER


def _stop(experiment: Record, reason: str) -> None:
    if "endTime" not in experiment:
        experiment |= {"endTime": time.time(), "ended": ("stopped", reason)}


def _seconds(actions: Record) -> int:
    hours, minutes, seconds = _DURATION.fullmatch(actions[_only(actions)]["parameters"]["duration"]).groups()  # type: ignore[union-attr]
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def _only(actions: Record) -> str:
    """Name of the template's action; several would need an order, which nothing here has."""
    (name,) = actions
    return str(name)


def _is_alarm(name: str) -> bool:
    alarm = cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)
    return bool(alarm and alarm["StateValue"] == "ALARM")


def _tagging(method: str, arn: str, data: Record, query: Record) -> Record:
    kept: Record = _found(_templates if ":experiment-template/" in arn else _experiments, arn.rpartition("/")[2])[
        "tags"
    ]
    if method == "POST":
        kept |= data["tags"]
    elif method == "DELETE":
        for key in query.get("tagKeys", list(kept)):
            kept.pop(key, None)
    return {"tags": kept} if method == "GET" else {}


def _found(kept: AccountRegionScopedDict, id_: str) -> Record:
    if id_ not in kept:
        raise _Refused(404, "ResourceNotFoundException", f"{id_} does not exist")
    record: Record = kept[id_]
    return record


def _answer(body: Record, status: int = 200, code: str = "") -> Response:
    headers = {"Content-Type": "application/json"} | ({"x-amzn-errortype": code} if code else {})
    return status, headers, json.dumps(body).encode()
