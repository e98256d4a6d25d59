"""The transactions function: read and write, by direct invocation and behind an HTTP API."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from transactions import cluster, commands, http, nudge
from transactions.backlog import Backlog
from transactions.data_keys import DataKeys
from transactions.database import Database
from transactions.errors import CircuitOpenError, CommandError, UnavailableError
from transactions.fields import Fields
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.service import Service
from transactions.settings import ApiSettings, load
from transactions.trace import Trace
from transactions.web import Web, shape_found

Response = dict[str, Any]


def handler(event: object, context: Context) -> Response:
    """Carry out one command.

    Args:
        event: `{"operation": "write", "transaction_id": ..., "amount": ...}`, `{"operation": "read"}` or
            `{"operation": "read", "transaction_id": ...}`; or a request of an HTTP API, payload format 2.0, for
            which docs/openapi.json says what it may be and how it is answered.
        context: Lambda's.

    Returns:
        `statusCode`, and `body`, a JSON object as text. An error's body has `error`, and `field` if a field of the
        event is the cause.
    """
    if isinstance(event, Mapping) and http.is_request(event):
        return _web_answer(event, context)
    log = Log.of(context, os.environ)
    try:
        return _answer(commands.parse(event), Deadline.of(context), log)
    except CommandError as error:
        log.info("refused", hop="refused", field=error.field, status=error.status)
        return _reply(error.status, {"error": str(error), "field": error.field})
    except UnavailableError as error:
        log.exception("unavailable", status=503)
        return _reply(503, {"error": str(error), **_when(error)})
    except Exception:
        log.exception("unexpected error", status=500)
        return _reply(500, {"error": f"internal error; the log has it under request id {context.aws_request_id}"})


def _web_answer(event: Mapping[str, Any], context: Context) -> Response:
    log = Log.of(context, os.environ)
    try:
        request = http.Request.of(event)
        log.carry(Trace.of(context.aws_request_id, request.headers, os.environ))
        return _web().answer(request, context.aws_request_id, Deadline.of(context), log)
    except Exception:
        log.exception("unexpected error", status=500)
        return http.problem(500, "internal error; the log has it under the instance", instance=context.aws_request_id)


def _answer(command: commands.Command, deadline: Deadline, log: Log) -> Response:
    settings = _settings()
    if isinstance(command, commands.WriteTransaction):
        return _write(command, deadline, log)
    if isinstance(command, commands.ReadTransaction):
        return _read(command, deadline, log)
    status = cluster.status(settings.cluster_identifier)
    log.info("cluster read", hop="read", cluster_status=status.status)
    body = {"cluster_status": status.status, "region": settings.aws_region, "multi_region": status.multi_region}
    return _reply(200, body)


def _write(command: commands.WriteTransaction, deadline: Deadline, log: Log) -> Response:
    written = _service().write(command, deadline, log)
    _backlog().watch(deadline, log)
    transaction = written.transaction
    log.info(
        "transaction written",
        hop="written",
        transaction_id=transaction.transaction_id,
        event_id=transaction.event_id,
        repeated=written.repeated,
    )
    body = {
        "message": "Transaction created successfully",
        "transaction_id": transaction.transaction_id,
        "region": transaction.region,
        "event_id": str(transaction.event_id),
    }
    return _reply(200, body)


def _read(command: commands.ReadTransaction, deadline: Deadline, log: Log) -> Response:
    found = _service().read(command.transaction_id, deadline, log)
    transaction = found.transaction
    log.info("transaction read", hop="read", transaction_id=transaction.transaction_id, event_id=transaction.event_id)
    return _reply(200, shape_found(found))


def _when(error: UnavailableError) -> dict[str, int]:
    return {"retry_after": error.retry_after} if isinstance(error, CircuitOpenError) else {}


def _reply(status: int, body: Mapping[str, object]) -> Response:
    return {"statusCode": status, "body": json.dumps(body)}


@cache
def _settings() -> ApiSettings:
    return load(ApiSettings, os.environ)


@cache
def _database() -> Database:
    return Database(_settings(), os.environ, application="transactions")


@cache
def _web() -> Web:
    return Web(_service(), _database(), _backlog(), _settings().aws_region)


@cache
def _backlog() -> Backlog:
    return Backlog(_database(), _settings().aws_region)


@cache
def _fields() -> Fields | None:
    key_arn = _settings().field_key_arn
    return Fields(DataKeys(key_arn)) if key_arn else None


@cache
def _service() -> Service:
    settings = _settings()
    wake_relay = partial(nudge.wake, settings.relay_function_name)
    return Service(_database(), region=settings.aws_region, wake_relay=wake_relay, fields=_fields())
