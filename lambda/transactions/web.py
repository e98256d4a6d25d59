"""What the HTTP API offers; docs/openapi.json says the same, and tests compare the two."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from transactions import http, versions
from transactions.backlog import Backlog
from transactions.circuit import State
from transactions.commands import WriteTransaction, parse_write, read, refuse_unknown
from transactions.database import Database
from transactions.errors import CircuitOpenError, CommandError, InvalidCommandError, UnavailableError
from transactions.http import Request, Response
from transactions.invocation import Deadline, milliseconds_since
from transactions.logs import Log
from transactions.model import Transaction, parse_identifier, parse_type, shown
from transactions.service import Found, Service
from transactions.store import Filter, Position

ROUTES = (
    ("GET", "/health"),
    ("GET", "/health/deep"),
    ("GET", "/transactions"),
    ("POST", "/transactions"),
    ("GET", "/transactions/{id}"),
)
QUERY = ("account_id", "before", "cursor", "limit", "since", "type")
DEFAULT_LIMIT = 20
MOST_LIMIT = 100
KEY_RULE = "1 to 255 printable ASCII characters"
# Ids made from idempotency keys: the same key is the same id in either Region, with no row that both must share.
_KEYS = uuid.UUID("5d1f0b0e-6a0f-4f5e-9a64-3f3ad2c1f7a2")
_DEEP_SECONDS = 3.0
STALE_SECONDS = 300.0


class Web:
    """Answers the requests of one Region.

    Args:
        service: this Region's transactions.
        database: where they are.
        backlog: of this Region's events.
        region: name of the Region.
    """

    def __init__(self, service: Service, database: Database, backlog: Backlog, region: str) -> None:
        self._service = service
        self._database = database
        self._backlog = backlog
        self._region = region

    def answer(self, request: Request, instance: str, deadline: Deadline, log: Log) -> Response:
        """Carry out a request.

        Args:
            request: what is asked.
            instance: id of the request, for problem details.
            deadline: for all of it.
            log: of the invocation.
        """
        try:
            return self._route(request, instance, deadline, log)
        except CommandError as error:
            log.info("refused", hop="refused", field=error.field, status=error.status)
            return http.problem(error.status, str(error), instance=instance, field=error.field)
        except UnavailableError as error:
            log.exception("unavailable", status=503)
            return http.problem(503, str(error), instance=instance, headers=_retry_after(error))

    def _route(self, request: Request, instance: str, deadline: Deadline, log: Log) -> Response:
        path, identifier = request.path, ""
        if path.startswith("/transactions/"):
            path, identifier = "/transactions/{id}", path.removeprefix("/transactions/")
        methods = [method for method, known in ROUTES if known == path]
        if request.method not in methods:
            if not methods:
                return http.problem(404, f"no path {shown(request.path)}", instance=instance)
            allowed = {"allow": ", ".join(methods)}
            return http.problem(405, f"{path} takes {allowed['allow']}", instance=instance, headers=allowed)
        if path == "/health":
            return http.reply(200, {"status": "ok", "region": self._region})
        if path == "/health/deep":
            return self._deep(deadline, log)
        if path == "/transactions/{id}":
            found = self._service.read(read({"id": identifier}, "id", parse_identifier), deadline, log)
            return http.reply(200, shape_found(found))
        return (self._list if request.method == "GET" else self._write)(request, deadline, log)

    def _write(self, request: Request, deadline: Deadline, log: Log) -> Response:
        written = self._service.write(write_command(request), deadline, log)
        transaction = written.transaction
        log.info(
            "transaction written",
            hop="written",
            transaction_id=transaction.transaction_id,
            event_id=transaction.event_id,
            repeated=written.repeated,
        )
        self._backlog.watch(deadline, log)
        more = {"idempotency_replayed": "true"} if written.repeated else {}
        return http.reply(201, shape(transaction), location=f"/transactions/{transaction.transaction_id}", **more)

    def _list(self, request: Request, deadline: Deadline, log: Log) -> Response:
        wanted, after, limit = list_command(request.query)
        found, last = self._service.page(wanted, after, limit, deadline, log)
        body: dict[str, object] = {"items": [shape(transaction) for transaction in found]}
        return http.reply(200, body | ({"next_cursor": cursor(last)} if last else {}))

    def _deep(self, deadline: Deadline, log: Log) -> Response:
        """Whether this Region can serve: 503 moves the traffic to the other one. A backlog does not: it would go on."""
        started = time.perf_counter()
        body: dict[str, Any] = {"region": self._region}
        if (keys := self._service.key_circuit()) is not None:
            body["key_service"] = {"circuit": keys.value}
        try:
            age = self._backlog.age(deadline.within(_DEEP_SECONDS), log)
            schema = self._database.run_statements(versions.applied, deadline.within(_DEEP_SECONDS), log)
        except UnavailableError as error:
            log.warning("not fit to serve", error=str(error))
            body |= {"status": "unavailable", "database": {"circuit": self._database.circuit.state.value}}
            return http.reply(503, body, **{"retry-after": _retry_after(error).get("retry-after", "5")})
        return http.reply(
            200,
            body
            | {
                "status": "ok" if age < STALE_SECONDS else "degraded",
                "database": {"circuit": State.CLOSED.value, "milliseconds": milliseconds_since(started)},
                "outbox": {"oldest_seconds": round(age, 1)},
                "schema": {"applied": schema or 0, "packaged": versions.packaged()},
            },
        )


def shape(transaction: Transaction) -> dict[str, object]:
    """A transaction as callers see it; fields without a value are left out."""
    fields = {
        "transaction_id": transaction.transaction_id,
        "type": transaction.type,
        "amount": str(transaction.amount),
        "currency": transaction.currency,
        "account_id": transaction.account_id,
        "counterparty_id": transaction.counterparty_id,
        "metadata": dict(transaction.metadata) or None,
        "region": transaction.region,
        "created_at": transaction.created_at.isoformat(),
    }
    return {name: value for name, value in fields.items() if value is not None}


def shape_found(found: Found) -> dict[str, object]:
    """A transaction that was asked for by its id: alone there the sensitive fields are."""
    if found.sensitive is None:
        return {**shape(found.transaction), "sensitive_unavailable": True}
    return shape(found.transaction) | ({"sensitive": dict(found.sensitive)} if found.sensitive else {})


def write_command(request: Request) -> WriteTransaction:
    """The write that a POST asks for.

    The header `Idempotency-Key` stands for the transaction's id: the id is made from it. A caller who names an id has
    a key already, and gives no second one.

    Raises:
        InvalidCommandError: names the field or header.
    """
    fields = request.fields()
    key = request.headers.get("idempotency-key")
    if key is not None:
        if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
            raise InvalidCommandError("Idempotency-Key", f"Idempotency-Key must be {KEY_RULE}, got {shown(key)}")
        if "transaction_id" in fields:
            raise InvalidCommandError(
                "Idempotency-Key",
                "Idempotency-Key and transaction_id are given, and either makes the request unique; leave one out",
            )
        fields["transaction_id"] = str(uuid.uuid5(_KEYS, key))
    return parse_write(fields)


def list_command(query: Mapping[str, str]) -> tuple[Filter, Position | None, int]:
    """Which page a GET asks for.

    Raises:
        InvalidCommandError: names the parameter.
    """
    refuse_unknown(query, QUERY, "the query")

    def given(name: str, parse: Callable[[object], Any]) -> Any:
        return read(query, name, parse) if name in query else None

    wanted = Filter(
        account_id=given("account_id", parse_identifier),
        type=given("type", parse_type),
        since=given("since", _moment),
        before=given("before", _moment),
    )
    return wanted, given("cursor", _position), given("limit", _limit) or DEFAULT_LIMIT


def cursor(position: Position) -> str:
    """A position as callers see it: opaque."""
    text = json.dumps([position.created_at.isoformat(), position.transaction_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(value: object) -> Position:
    try:
        text = str(value)
        at, identifier = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        return Position(_moment(at), parse_identifier(identifier))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise ValueError(f"must be the next_cursor of a page, got {shown(value)}") from None


def _moment(value: object) -> dt.datetime:
    try:
        # A + in a query that was not encoded arrives as a space.
        moment = dt.datetime.fromisoformat(str(value).replace(" ", "+"))
        if moment.tzinfo is None:
            raise ValueError  # noqa: TRY301
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"must be a time of ISO 8601 with its offset, such as 2026-10-01T12:00:00Z, got {shown(value)}"
        ) from None


def _limit(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= MOST_LIMIT):
        raise ValueError(f"must be 1 to {MOST_LIMIT}, got {shown(value)}")
    return int(text)


def _retry_after(error: UnavailableError) -> dict[str, str]:
    return {"retry-after": str(error.retry_after)} if isinstance(error, CircuitOpenError) else {}
