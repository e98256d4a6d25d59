"""A model of one Region under load: cold starts, connections, conflicts. Seeded: it always says the same."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Quotas, each with its source; a Region's or an account's own are read in Service Quotas.
CONNECTION_BURST = 1000  # https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
CONNECTIONS_PER_SECOND = 100.0  # the same page; cannot be raised
ENVIRONMENTS = (
    1000  # of the account, by default: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
)
ENVIRONMENTS_PER_SECOND = 100.0  # 1,000 each 10 s: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html
PUT_EVENTS = {"us-east-1": 10_000, "us-east-2": 2_400}  # requests/s: docs.aws.amazon.com/eventbridge, eb-quota
INVOCATIONS = {"us-east-1": 18_750, "us-east-2": 4_500}  # the same page
ENTRIES, READ_AT_ONCE = 10, 100  # of one PutEvents, and of one look of the relay: lambda/transactions/drain.py


@dataclass(frozen=True)
class Times:
    """Seconds that steps take.

    Args:
        write: of a warm request, from its arrival to its answer.
        cold: from the start of an environment until it can connect.
        read: of the relay's look into the outbox.
        put: of one PutEvents.
        delete: of the relay's transaction that removes what the bus took.
    """

    write: float
    cold: float
    read: float
    put: float
    delete: float


@dataclass(frozen=True)
class Ramp:
    """What a load that begins at once meets.

    Args:
        throttled: how many requests Lambda refused (429).
        answers: seconds of each request that was answered, in the order of their arrivals.
        environments: how many were started.
        waited: longest time that an environment waited for its connection, in seconds.
    """

    throttled: int
    answers: tuple[float, ...]
    environments: int
    waited: float


def random_arrivals(rate: float, seconds: float, *, seed: int = 1) -> Iterator[float]:
    """Moments of requests that arrive at random, in seconds.

    Args:
        rate: requests a second.
        seconds: how long.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311 - a model, no secret
    now = chance.expovariate(rate)
    while now < seconds:
        yield now
        now += chance.expovariate(rate)


def ramp(arrivals: Iterable[float], times: Times, *, environments: int = ENVIRONMENTS) -> Ramp:
    """Send requests to a Region where nothing is warm. One that finds no environment free waits for a start of its own.

    Args:
        arrivals: moments in seconds, in order.
        times: of the steps.
        environments: the most that may exist.
    """
    idle: deque[int] = deque()
    busy: list[tuple[float, int]] = []
    started, throttled, allowance, tokens = 0, 0, ENVIRONMENTS_PER_SECOND * 10, float(CONNECTION_BURST)
    connected = 0.0  # when the last connection of the queue is made
    longest, answers, before = 0.0, [], 0.0
    for now in arrivals:
        step, before = now - before, now
        allowance = min(ENVIRONMENTS_PER_SECOND * 10, allowance + step * ENVIRONMENTS_PER_SECOND)
        while busy and busy[0][0] <= now:
            idle.append(heapq.heappop(busy)[1])
        if idle:
            done = now + times.write
            heapq.heappush(busy, (done, idle.popleft()))
        elif started < environments and allowance >= 1:
            started, allowance = started + 1, allowance - 1
            wants = now + times.cold
            tokens = min(CONNECTION_BURST, tokens)
            if tokens >= 1:
                tokens, connects = tokens - 1, wants
            else:
                connected = max(connected, wants) + 1 / CONNECTIONS_PER_SECOND
                connects = connected
            longest = max(longest, connects - wants)
            done = connects + times.write
            heapq.heappush(busy, (done, started))
        else:
            throttled += 1
            continue
        tokens = min(CONNECTION_BURST, tokens + step * CONNECTIONS_PER_SECOND)
        answers.append(done - now)
    return Ramp(throttled, tuple(answers), started, longest)


@dataclass(frozen=True)
class Storm:
    """What transfers between few accounts met.

    Args:
        conflicts: attempts that failed at COMMIT, for each transfer.
        succeeded: share within the attempts allowed.
    """

    conflicts: float
    succeeded: float


def storm(
    accounts: int, clients: int, seconds: float, attempt: float, *, pause: float, attempts: int = 8, seed: int = 1
) -> Storm:
    """Let clients transfer between random accounts, each anew when the last one is done.

    An attempt reads at its start and commits at its end; it fails if another one committed to one of its two accounts
    in between, which is optimistic concurrency control: the first COMMIT wins.

    Args:
        accounts: how many there are.
        clients: how many work at a time.
        seconds: how long.
        attempt: seconds that one takes.
        pause: longest pause before the first repetition, doubled for each, drawn evenly from zero up (full jitter).
        attempts: the most for one transfer.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311 - a model, no secret
    changed = [-1.0] * accounts
    turns: list[tuple[float, int]] = []
    state: dict[int, tuple[float, list[int], int]] = {}

    def begin(client: int, at: float, pair: list[int], tried: int) -> None:
        state[client] = (at, pair, tried)
        heapq.heappush(turns, (at + attempt * chance.uniform(0.5, 1.5), client))

    for client in range(clients):
        begin(client, chance.uniform(0, attempt), chance.sample(range(accounts), 2), 1)
    transfers = failed = conflicts = 0
    while turns[0][0] < seconds:
        now, client = heapq.heappop(turns)
        since, pair, tried = state[client]
        if all(changed[account] <= since for account in pair):
            for account in pair:
                changed[account] = now
            transfers += 1
        else:
            conflicts += 1
            if tried < attempts:
                wait = chance.uniform(0, min(0.25, pause * 2 ** (tried - 1)))
                begin(client, now + wait, pair, tried + 1)
                continue
            transfers, failed = transfers + 1, failed + 1
        begin(client, now, chance.sample(range(accounts), 2), 1)
    return Storm(conflicts / transfers, 1 - failed / transfers)
