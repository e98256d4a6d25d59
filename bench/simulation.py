"""A model of one Region under load: cold starts, connections, conflicts, the relay. Seeded: it always says the same."""

from __future__ import annotations

import heapq
import random
from collections import deque
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
ENTRIES, READ_AT_ONCE = 10, 100  # of one PutEvents, and of one turn of the relay: lambda/transactions/drain.py


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
        throttled: share of requests that Lambda refused (429).
        p50: seconds, of those that were answered.
        p99: seconds.
        environments: how many were started.
        waited: longest time that an environment waited for its connection, in seconds.
    """

    throttled: float
    p50: float
    p99: float
    environments: int
    waited: float


def ramp(rate: float, seconds: float, times: Times, *, environments: int = ENVIRONMENTS, seed: int = 1) -> Ramp:
    """Send requests to a Region where nothing is warm.

    Args:
        rate: requests a second, arriving at random.
        seconds: how long.
        times: of the steps.
        environments: the most that may exist.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311 - a model, no secret
    idle: deque[int] = deque()
    busy: list[tuple[float, int]] = []
    started, throttled, allowance, tokens = 0, 0, ENVIRONMENTS_PER_SECOND * 10, float(CONNECTION_BURST)
    connected = 0.0  # when the last connection of the queue is made
    longest, answers, now = 0.0, [], 0.0
    while now < seconds:
        step = chance.expovariate(rate)
        now += step
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
    answers.sort()
    total = len(answers) + throttled
    return Ramp(throttled / total, answers[len(answers) // 2], answers[int(len(answers) * 0.99)], started, longest)


def relay_capacity(times: Times, leases: int = 1) -> float:
    """Events a second that relays empty from one Region's outbox, one batch after the other, a lease each.

    Args:
        times: of the steps.
        leases: relays that work side by side; today's code has one for each Region.
    """
    turn = times.read + READ_AT_ONCE / ENTRIES * times.put + times.delete
    return leases * READ_AT_ONCE / turn


def backlog_age(rate: float, capacity: float, seconds: float) -> float:
    """Age in seconds of the oldest event after a load of so many events a second has lasted so long."""
    return max(0.0, 1 - capacity / rate) * seconds


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
