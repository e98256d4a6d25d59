"""A bank under faults: clients move money in both Regions while connections break, tokens age and the bus refuses.

A client that gets no answer asks again with the same id, in the other Region: as a caller does whose function died.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from botocore.exceptions import EndpointConnectionError
from transactions import connection as connection_module
from transactions import token
from transactions.commands import WriteTransaction
from transactions.database import Database
from transactions.drain import Drain
from transactions.errors import ApplicationError, CircuitOpenError, InsufficientFundsError, UnavailableError
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.publisher import Publisher
from transactions.service import Service

REGIONS = ("us-east-1", "us-east-2")
FAULTS = ("before", "after", "late", "silent")
ACCOUNTS, OPENING = 12, Decimal("100.00")
CLIENTS = 6


class Quiet(Log):
    """Keeps count of what is logged instead of writing it."""

    def __init__(self, counts: Counter[str]) -> None:
        super().__init__("DEBUG")
        self.counts = counts

    def _write(self, level: str, message: str, fields: Any) -> None:
        if "failure" in fields:
            self.counts[f"attempts that ended with: {fields['failure']}"] += 1

    def metric(self, name: str, value: float, unit: str = "Count", **dimensions: str) -> None:
        if name == "CircuitOpen" and value:
            self.counts["circuits opened"] += 1


class Bus:
    """Refuses single entries at random, and loses answers; keeps what it accepted."""

    def __init__(self, counts: Counter[str]) -> None:
        self.accepted: list[str] = []
        self._counts = counts

    def put_events(self, *, Entries):  # noqa: N803
        answers = []
        for entry in Entries:
            if random.random() < 0.1:
                self._counts["events refused by the bus"] += 1
                answers.append({"ErrorCode": "InternalFailure"})
            else:
                self.accepted.append(entry["Detail"])
                answers.append({"EventId": str(uuid.uuid4())})
        if random.random() < 0.1:
            self._counts["answers of the bus that were lost"] += 1
            raise EndpointConnectionError(endpoint_url="https://events.us-east-1.amazonaws.com")
        return {"Entries": answers}


class Bank:
    """Clients, relays and observers of one run.

    Args:
        stage: where the clusters are.
        wire: all connections go over it.
        seconds: for how long clients begin new transfers.
    """

    def __init__(self, stage: Any, wire: Any, seconds: float) -> None:
        self.stage, self.wire = stage, wire
        self.prefix = f"bank-{uuid.uuid4().hex[:8]}"
        self.accounts = [f"{self.prefix}-{number}" for number in range(ACCOUNTS)]
        self.injected: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.acknowledged: dict[str, WriteTransaction] = {}
        self.refused: set[str] = set()
        self.totals: list[tuple[Decimal, Decimal]] = []  # of each snapshot: sum and least balance
        self.bus = Bus(self.injected)
        self.errors: list[BaseException] = []
        self._end = time.monotonic() + seconds
        self._over = threading.Event()

    def run(self) -> None:
        """Open the accounts, run everything, and end when every transfer has its answer and every event is out."""
        for account in self.accounts:
            self._ask(WriteTransaction(f"{account}-open", OPENING, "deposit", "EUR", account), REGIONS[0])
        clients = [self._thread(self._client) for _ in range(CLIENTS)]
        others = [self._thread(work) for work in (self._break, self._observe)]
        others += [self._thread(lambda region=region: self._relay(region)) for region in REGIONS * 2]
        for thread in clients:
            thread.join(120)
        self._over.set()
        for thread in others:
            thread.join(60)
        if self.errors:
            raise self.errors[0]

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:
                self.errors.append(error)
                raise

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread

    def _database(self, function: str, region: str) -> Database:
        settings = self.stage.settings({"transactions": "app", "relay": "relay"}[function], region)
        return Database(settings, self.stage.variables(function, region), application="bank", attempt_seconds=1.0)

    def _client(self) -> None:
        while time.monotonic() < self._end:
            giver, taker = random.sample(self.accounts, 2)
            amount = Decimal(random.randrange(1, 6000)) / 100
            command = WriteTransaction(
                f"{self.prefix}-{uuid.uuid4()}"[:64], amount.quantize(Decimal("0.01")), "transfer", "EUR", giver, taker
            )
            try:
                self._ask(command, random.choice(REGIONS))
            except InsufficientFundsError:
                self.refused.add(command.transaction_id)

    def _ask(self, command: WriteTransaction, region: str) -> None:
        """Ask until there is an answer. An answer that is lost sometimes: then the client asks again."""
        while True:
            service = self._service(region)
            try:
                service.write(command, Deadline(time.monotonic() + 5), Quiet(self.seen))
            except UnavailableError as error:
                self.seen["requests answered with 503"] += 1
                if isinstance(error, CircuitOpenError):
                    self._forget(region)
            else:
                if random.random() > 0.15:
                    self.acknowledged[command.transaction_id] = command
                    return
                self.injected["answers lost on the way to the client"] += 1
                if random.random() < 0.3:
                    self.injected["environments killed"] += 1
                    self._forget(region)
            region = REGIONS[1 - REGIONS.index(region)]

    def _service(self, region: str) -> Service:
        """This thread's execution environment in a Region."""
        held = self._environments()
        if region not in held:
            held[region] = self._database("transactions", region)
        return Service(held[region], region=region, wake_relay=lambda _: None)

    def _forget(self, region: str) -> None:
        self._environments().pop(region).close()

    def _environments(self) -> dict[str, Database]:
        return threading.current_thread().__dict__.setdefault("environments", {})

    def _break(self) -> None:
        while not self._over.is_set():
            fault = random.choices(FAULTS, weights=(5, 5, 3, 1))[0]
            self.wire.arm(fault, random.randrange(1, 30))
            before, until = self.wire.struck, time.monotonic() + 1
            # A slow machine sends few messages: the fault stays armed until it has struck.
            while not self._over.wait(0.06) and self.wire.struck == before and time.monotonic() < until:
                pass
            self.injected[f"connections cut: {fault}"] += self.wire.struck - before

    def _observe(self) -> None:
        database = self._database("transactions", REGIONS[1])
        while not self._over.is_set():
            try:
                row = database.run(self._total, Deadline(time.monotonic() + 5), Quiet(Counter()))
                self.totals.append(row)
            except UnavailableError:
                database = self._database("transactions", REGIONS[1])
            self._over.wait(0.02)

    def _total(self, connection: Any) -> tuple[Decimal, Decimal]:
        return connection.execute(
            "select sum(balance), min(balance) from transactions.accounts where account_id = any(%s)", [self.accounts]
        ).fetchone()

    def _relay(self, region: str) -> None:
        """Two of them in each Region. They are stopped for a while; in the end they empty the outbox."""
        self._over.wait(1.0)
        self.injected["relays that began late"] += 1
        database, until = self._database("relay", region), time.monotonic() + 60
        while time.monotonic() < until:
            over, drain = self._over.is_set(), Drain(database, Publisher("bus", self.bus).publish)
            try:
                drained = drain.run(region, Deadline(time.monotonic() + 2), Quiet(self.seen))
                if over and drained.complete and not self.left(region):
                    return
            except ApplicationError:
                database.close()
                database = self._database("relay", region)
            time.sleep(0.05)

    def left(self, region: str) -> int:
        """How many events of a Region are not on the bus."""
        database = self._database("transactions", region)
        try:
            row = database.run(
                lambda connection: connection.execute(
                    "select count(*) from transactions.outbox where owner_region = %s and transaction_id like %s",
                    [region, f"{self.prefix}%"],
                ).fetchone(),
                Deadline(time.monotonic() + 5),
                Quiet(Counter()),
            )
        finally:
            database.close()
        return int(row[0])


def aging_tokens(counts: Counter[str]) -> Callable[..., str]:
    """Makes one token in twenty so that it is too old when it arrives."""

    def generate(host: str, role: str, region: str, credentials: Any, now: dt.datetime) -> str:
        old = random.random() < 0.05
        counts["tokens that expired on the way"] += old
        return token.generate(host, role, region, credentials, now - dt.timedelta(minutes=5 * old))

    assert connection_module.generate is token.generate
    return generate
