"""Asynchronous invocation: retries, and the destinations that MiniStack lacks or fills otherwise than AWS.

MiniStack has no on-success destination, reads the retry settings of an unqualified function from the wrong place,
and puts an envelope into dead-letter queues where AWS puts the event itself.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from ministack.core.responses import new_uuid, request_scope
from ministack.services import eventbridge, lambda_svc, sns

from localcloud import permissions, queues
from localcloud.patches import Context
from localcloud.pending import Job, Pending
from localcloud.settings import ACCOUNT

Record = dict[str, Any]

NEEDS = {
    "services.lambda_svc": (
        "_account_region_from_function_config",
        "_event_invoke_config",
        "_execute_function",
        "_functions",
        "_put_event_invoke_config",
        "json_response",
        "_get_func_record_for_ref",
        "_execution_record_for_config",
        "invoke_async_with_retry",
    ),
    "services.eventbridge": ("_put_events",),
    "services.sns": ("publish_internal",),
    "services.sqs": ("_act_send_message", "_queue_by_arn", "_queue_url_for_account"),
}
_DEFAULT_RETRIES = 2
_DEFAULT_AGE_SECONDS = 21600
_LONGEST_DELAY_SECONDS = 30.0
# A burst of events waits, as it does in Lambda's own queue when the account's concurrency is used up. A machine starts
# a few environments at once, not hundreds: each takes longer to start than a warm one to do the work.
_ENVIRONMENTS = 2 * (os.cpu_count() or 1)
_ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
}

logger = logging.getLogger("localcloud.lambda")


def install(context: Context) -> None:
    """Replace MiniStack's queue of asynchronous invocations."""
    settings = context.settings
    queue = Invocations(settings.retry_base_seconds)
    pending = Pending(queue.run, settings.state_directory / "invocations.json" if settings.regional else None)

    def invoke(function: Record, event: Any) -> None:
        config = function.get("config") or function
        pending.accept({"function": config["FunctionArn"], "event": event, "id": new_uuid(), "at": time.time()})

    lambda_svc.invoke_async_with_retry = invoke
    lambda_svc._put_event_invoke_config = _without_defaults(lambda_svc._put_event_invoke_config)
    context.peers.offer("lambda.resume", pending.resume)


class Invocations:
    """Runs accepted events until the function succeeds or its retries are used up."""

    def __init__(self, base_seconds: float) -> None:
        """`base_seconds` is the wait before the first retry; AWS waits one minute."""
        self._base_seconds = base_seconds
        self._environments: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(_ENVIRONMENTS))

    def run(self, job: Job) -> None:
        """Invoke the function for one event."""
        arn = job["function"]
        with request_scope(ACCOUNT, arn.split(":")[3]):
            function, config, name = lambda_svc._get_func_record_for_ref(arn)
            if function is None or config is None:
                logger.warning("function %s is gone; its event is dropped", name)
                return
            settings = _settings(name, arn)
            result, attempts, condition = self._attempts(
                job, {**function, "config": {**config, "FunctionArn": arn}}, settings
            )
            record = _Outcome(job, config, result, attempts, condition)
            record.report(settings)

    def _attempts(self, job: Job, execution: Record, settings: Record) -> tuple[Record, int, str]:
        retries = settings.get("MaximumRetryAttempts")
        retries = _DEFAULT_RETRIES if retries is None else int(retries)
        expires = job["at"] + int(settings.get("MaximumEventAgeInSeconds") or _DEFAULT_AGE_SECONDS)
        failures, waits = 0, 0
        while True:
            with self._environments[job["function"]]:
                result = lambda_svc._execute_function(execution, job["event"])
            if not result.get("error"):
                return result, failures + 1, "Success"
            if not result.get("throttle"):  # a throttled event was not tried: it does not count
                failures += 1
            if failures > retries:
                return result, failures, "RetriesExhausted"
            delay = min(self._base_seconds * 2**waits, _LONGEST_DELAY_SECONDS)
            if time.time() + delay > expires:
                return result, failures, "EventAgeExceeded"
            time.sleep(delay)
            waits += 1


class _Outcome:
    """What became of an event, told to the function's destinations."""

    def __init__(self, job: Job, config: Record, result: Record, attempts: int, condition: str) -> None:
        self._job, self._config, self._result = job, config, result
        self._attempts, self._condition = attempts, condition

    def report(self, settings: Record) -> None:
        succeeded = self._condition == "Success"
        destinations = settings.get("DestinationConfig") or {}
        destination = (destinations.get("OnSuccess" if succeeded else "OnFailure") or {}).get("Destination")
        if destination:
            self._send(destination, json.dumps(self._record()), {})
        dead_letters = (self._config.get("DeadLetterConfig") or {}).get("TargetArn")
        if dead_letters and not succeeded:
            message = str((self._result.get("body") or {}).get("errorMessage", ""))[:1024]
            attributes = {"RequestID": self._job["id"], "ErrorCode": "200", "ErrorMessage": message}
            self._send(dead_letters, json.dumps(self._job["event"]), attributes)

    def _record(self) -> Record:
        version = self._config.get("Version", "$LATEST")
        response: Record = {"statusCode": 200, "executedVersion": version}
        if self._condition != "Success":
            response["functionError"] = self._result.get("function_error") or "Unhandled"
        now = dt.datetime.now(dt.UTC)
        arn = self._job["function"]
        return {
            "version": "1.0",
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z",
            "requestContext": {
                "requestId": self._job["id"],
                "functionArn": arn if arn.count(":") > 6 else f"{arn}:{version}",
                "condition": self._condition,
                "approximateInvokeCount": self._attempts,
            },
            "requestPayload": self._job["event"],
            "responseContext": response,
            "responsePayload": self._result.get("body"),
        }

    def _send(self, target: str, body: str, attributes: dict[str, str]) -> None:
        service, role = target.split(":")[2], self._config.get("Role", "")
        action = _ACTIONS.get(service, "")
        if not permissions.role_allows(role, permissions.LAMBDA, action, target, self._job["function"]):
            logger.warning("%s may not %s on %s; the record is lost", role, action, target)
        elif service == "sqs" and not queues.send(target, body, attributes):
            logger.warning("queue %s does not exist; the record is lost", target)
        elif service == "sns":
            sns.publish_internal(target, body)
        elif service == "lambda":
            function, config, _ = lambda_svc._get_func_record_for_ref(target)
            if function is not None:
                execution = lambda_svc._execution_record_for_config(function, config)
                lambda_svc.invoke_async_with_retry(execution, json.loads(body))
        elif service == "events":
            self._put_event(target, body)

    def _put_event(self, bus: str, body: str) -> None:
        outcome = "Success" if self._condition == "Success" else "Failure"
        entry = {
            "EventBusName": bus,
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {outcome}",
            "Detail": body,
            "Resources": [bus, self._job["function"]],
        }
        eventbridge._put_events({"Entries": [entry]})


def _without_defaults(put: Callable[..., Any]) -> Callable[..., Any]:
    """AWS shows an age only if one was set; MiniStack's default would be a change in every plan."""

    def put_event_invoke_config(name: str, qualifier: str | None, data: Record) -> Any:
        answer = put(name, qualifier, data)
        if answer[0] != 200 or data.get("MaximumEventAgeInSeconds"):
            return answer
        stored = lambda_svc._event_invoke_config(lambda_svc._functions[name], qualifier)
        stored.pop("MaximumEventAgeInSeconds", None)
        return lambda_svc.json_response(stored)

    return put_event_invoke_config


def _settings(name: str, arn: str) -> Record:
    """The retry settings and destinations that apply: of the qualifier in the ARN, or of the function."""
    function = lambda_svc._functions.get(name) or {}
    qualifier = arn.split(":")[7] if arn.count(":") > 6 else None
    found = lambda_svc._event_invoke_config(function, qualifier)
    if found is None and qualifier in (None, "$LATEST"):
        found = lambda_svc._event_invoke_config(function, None) or lambda_svc._event_invoke_config(function, "$LATEST")
    return found or {}
