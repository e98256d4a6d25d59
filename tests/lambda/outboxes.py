"""An outbox to fill, and a bus that refuses what it is told to refuse."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import psycopg
import pytest
from transactions import outbox
from transactions.events import TransactionCreated

OWN, OTHER = "us-east-1", "us-east-2"
TABLES = ("outbox", "outbox_attempts", "outbox_dead", "relay_leases")


class Bus:
    """Answers like EventBridge, with an error code for the events whose transaction's id has it."""

    def __init__(self) -> None:
        self.details: list[str] = []
        self.codes = ["InternalFailure", "MalformedDetail", "NotAuthorizedForSourceException"]

    def put_events(self, *, Entries):  # noqa: N803
        answers = []
        for entry in Entries:
            code = next((code for code in self.codes if code in entry["Detail"]), None)
            answers.append({"ErrorCode": code} if code else {"EventId": str(uuid.uuid4())})
            self.details += [] if code else [entry["Detail"]]
        return {"FailedEntryCount": sum("ErrorCode" in answer for answer in answers), "Entries": answers}


@pytest.fixture
def rows(stage):
    """The rows of a table, by event or by Region; empty at the start."""
    with stage.sql() as connection:
        for table in TABLES:
            connection.execute(f"delete from transactions.{table}")

    def read(table: str) -> dict[object, dict[str, object]]:
        with stage.sql() as connection:
            cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
            return {next(iter(row.values())): row for row in cursor.execute(f"select * from transactions.{table}")}

    return read


@pytest.fixture
def store(stage, deadline, log, rows):
    """Store events: `store("good", count=3, region=..., age=seconds)`; returns their ids in order."""
    database = stage.database("transactions")

    def add(name: str = "good", *, count: int = 1, region: str = OWN, age: float = 0) -> list[uuid.UUID]:
        at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=age)
        events = [
            TransactionCreated(uuid.uuid4(), f"{name}-{uuid.uuid4()}"[:64], Decimal("1.00"), region, at)
            for _ in range(count)
        ]
        database.run(lambda connection: [outbox.add(connection, event) for event in events], deadline, log)
        return [event.event_id for event in events]

    yield add
    database.close()


@pytest.fixture
def database(stage):
    database = stage.database("relay")
    yield database
    database.close()
