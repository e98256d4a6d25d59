"""No anomaly that snapshot isolation excludes; and write skew, which it does not exclude, only without the guard."""

from __future__ import annotations

import contextlib
import importlib
import random
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from transactions.errors import ApplicationError
from transactions.invocation import Deadline

history = importlib.import_module("tests.lambda.history")
Attempt, anomalies = history.Attempt, history.anomalies
REGIONS = ("us-east-1", "us-east-2")
CLIENTS, KEYS = 6, 8
WANTED = 40  # committed transactions
MOST_SECONDS = 40.0

# --- the checker finds what it is for


def test_clean_history_has_no_anomaly():
    first = Attempt("a", {"x": "0", "y": "0y"}, {"x": ["a1"], "y": ["a2"]}, "committed")
    second = Attempt("b", {"x": "a1", "y": "a2"}, {"x": ["b1", "b2"]}, "committed")
    assert list(anomalies([first, second, Attempt("c", {"x": "b2"}, {}, "committed")])) == []


@pytest.mark.parametrize(
    ("attempts", "found"),
    [
        ([Attempt("a", {}, {"x": ["1"]}, "aborted"), Attempt("b", {"x": "1"}, {}, "committed")], "dirty read (G1a): b"),
        ([Attempt("a", {}, {"x": ["1", "2"]}, "committed"), Attempt("b", {"x": "1"})], "intermediate read (G1b): b"),
        ([Attempt(n, {"x": "0"}, {"x": [n]}, "committed") for n in "ab"], "lost update (P4): a and b"),
        (
            [
                Attempt("a", {"x": "0", "y": "0y"}, {"x": ["1"], "y": ["2"]}, "committed"),
                Attempt("b", {"x": "1", "y": "0y"}),
            ],
            "read skew (A5A): b",
        ),
    ],
)
def test_checker_finds(attempts, found):
    (anomaly,) = anomalies(attempts)
    assert anomaly.startswith(found)


# --- what both Regions read and write at once, on a wire that breaks


class RolledBackError(Exception):
    """A client that changes its mind after it has written."""


@pytest.fixture
def table(stage):
    with stage.sql() as connection:
        connection.execute("create table if not exists transactions.history (key text primary key, value text)")
        connection.execute("delete from transactions.history")
        for key in range(KEYS):
            connection.execute("insert into transactions.history values (%s, %s)", [f"k{key}", f"k{key}-start"])


def test_history_of_both_regions_has_no_anomaly(stage, table, wire, log, ledger):
    attempts: list[Attempt] = []
    end = time.monotonic() + MOST_SECONDS * ledger.longer

    def over() -> bool:
        committed = sum(attempt.outcome == "committed" for attempt in list(attempts))
        return committed >= WANTED * ledger.longer or time.monotonic() > end

    threads = [threading.Thread(target=client, args=[stage, number, over, attempts]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    while not over():
        struck = wire.struck
        wire.arm(random.choice(("before", "after")), random.randrange(1, 40))
        while wire.struck == struck and not over():
            time.sleep(0.05)
    for thread in threads:
        thread.join(30)
    outcomes = [attempt.outcome for attempt in attempts]
    found = list(anomalies(attempts))
    lost = sum(anomaly.startswith("lost") for anomaly in found)
    about = f"{len(attempts)} attempts of read-and-write transactions"
    ledger.note("transactions rolled back after they had written", outcomes.count("aborted"), about, lost, 0)
    ledger.note("connections cut under the checked history", wire.struck, about, lost, 0)
    assert found == []
    assert outcomes.count("committed") > 10
    assert outcomes.count("aborted") >= 1


def client(stage, number: int, over: Callable[[], bool], attempts: list[Attempt]) -> None:
    """Reads some keys and writes some of them, one twice; each attempt is noted."""
    database = stage.database("migrate", REGIONS[number % 2])
    while not over():
        keys = sorted(random.sample([f"k{key}" for key in range(KEYS)], 3))
        mind = random.random() > 0.35

        def work(connection, keys=keys, mind=mind):
            attempt = Attempt(uuid.uuid4().hex[:8])
            attempts.append(attempt)
            attempt.reads = dict(
                connection.execute("select key, value from transactions.history where key = any(%s)", [keys]).fetchall()
            )
            for key in (keys[0], keys[1], keys[0]):
                value = f"{attempt.name}-{len(attempt.writes.get(key, []))}-{key}"
                attempt.writes.setdefault(key, []).append(value)
                connection.execute("update transactions.history set value = %s where key = %s", [value, key])
            if not mind:
                attempt.outcome = "aborted"
                raise RolledBackError
            return attempt

        try:
            database.run(work, Deadline(time.monotonic() + 3), history_log()).outcome = "committed"
        except RolledBackError:
            continue
        except ApplicationError:
            database.close()
    database.close()


def history_log():
    from transactions.logs import Log

    return Log("ERROR")


# --- write skew


GUARDED = "select count(*) from (select key from transactions.history where value = 'on' for update) as guard"
OPEN = "select count(*) from transactions.history where value = 'on'"


@pytest.mark.parametrize(("look", "skewed"), [(GUARDED, False), (OPEN, True)], ids=["guard", "no guard"])
def test_write_skew_is_kept_out_by_reading_for_update(stage, table, deadline, look, skewed):
    """Of two that are on call, either may leave if the other stays: both look at both rows, each writes its own."""
    database = {region: stage.database("migrate", region) for region in REGIONS}
    left = []
    for _ in range(5):
        with stage.sql() as connection:
            connection.execute("update transactions.history set value = 'off'")
            connection.execute("update transactions.history set value = 'on' where key in ('k0', 'k1')")
        both_have_looked = threading.Barrier(2, timeout=1)

        def leave(region: str, key: str, barrier=both_have_looked) -> None:
            def work(connection):
                on_call = connection.execute(look).fetchone()[0]
                with contextlib.suppress(threading.BrokenBarrierError):  # with the guard the second one waits
                    barrier.wait()
                if on_call > 1:
                    connection.execute("update transactions.history set value = 'off' where key = %s", [key])

            database[region].run(work, deadline, history_log())

        pairs = zip(REGIONS, ("k0", "k1"), strict=True)
        threads = [threading.Thread(target=leave, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        with stage.sql() as connection:
            left.append(connection.execute(OPEN).fetchone()[0])
        if skewed:
            break
    for held in database.values():
        held.close()
    assert (0 in left) is skewed
