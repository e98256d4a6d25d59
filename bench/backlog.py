"""A model of one relay and its outbox, which looks and deletes as `transactions.drain` does."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from bench.simulation import ENTRIES, READ_AT_ONCE, Times

SHARDS = 16  # lambda/transactions/outbox.py
RUN_SECONDS = 50.0  # the relay's timeout of 60 s (infra/function_inputs.py) without its reserve (lambda/relay.py)


@dataclass(frozen=True)
class Emptied:
    """What became of the events.

    Args:
        delays: seconds from each event's arrival until it was on the bus, of those that are, in order of publishing.
        oldest: age in seconds of the oldest that still waits at the end; 0 if none does.
        ended: when the last one of `delays` was on the bus, in seconds after the beginning.
    """

    delays: tuple[float, ...]
    oldest: float
    ended: float


def relay_capacity(times: Times) -> float:
    """Events a second that one relay empties from a full outbox: a look, ten requests, one delete.

    Args:
        times: of the steps.
    """
    return READ_AT_ONCE / (times.read + READ_AT_ONCE / ENTRIES * times.put + times.delete)


def steady(rate: float, shards: int = SHARDS) -> list[Iterator[float]]:
    """Arrivals of so many events a second without end, evenly in time and over the shards.

    Args:
        rate: events a second, of all shards together.
        shards: how many there are.
    """
    return [_every(shards / rate, (number + 1) / rate) for number in range(shards)]


def begun(shards: int, seed: int) -> Iterator[int]:
    """The shard that each run of the relay begins with, at random.

    Args:
        shards: how many there are.
        seed: of the chance.
    """
    chance = random.Random(seed)  # noqa: S311 - a model, no secret
    return (chance.randrange(shards) for _ in count())


def emptied(arrivals: Sequence[Iterable[float]], times: Times, seconds: float, *, starts: Iterator[int]) -> Emptied:
    """Let one relay work, which is woken by each event.

    Args:
        arrivals: of each shard, when its events were stored, in order, in seconds after the beginning.
        times: of the steps. The lease is taken in a look and a write, and given back in a write, as long as a delete.
        seconds: when to stop.
        starts: the shard that each run begins with; after them it is the first one.
    """
    shards = [_Shard(each) for each in arrivals]
    delays: list[float] = []
    now = ended = 0.0
    while now < seconds and any(shard.next is not None for shard in shards):
        now = max(now, min(shard.next for shard in shards if shard.next is not None)) + times.read + times.delete
        until, start = min(seconds, now + RUN_SECONDS), next(starts, 0)
        while now < until:
            events, last = _look(shards, start, now)
            now += times.read
            for first in range(0, len(events), ENTRIES):
                batch = events[first : first + ENTRIES]
                if now >= until:
                    for shard, at in reversed(events[first:]):
                        shards[shard].back(at)
                    break
                now = ended = now + times.put
                delays += [now - at for _, at in batch]
            now += times.delete if events else 0.0
            if not events and start == 0:
                break
            cut_off = last if last != start else (last + 1) % len(shards)
            start = cut_off if len(events) == READ_AT_ONCE else 0
        now += times.delete + times.read  # a last look, for what was stored meanwhile
    waiting = [shard.next for shard in shards if shard.next is not None and shard.next <= seconds]
    return Emptied(tuple(delays), max(0.0, seconds - min(waiting, default=seconds)), ended)


class _Shard:
    """Events of a shard, the next one known."""

    def __init__(self, arrivals: Iterable[float]) -> None:
        self._later = iter(arrivals)
        self._back: deque[float] = deque()
        self.next = next(self._later, None)

    def take(self) -> float:
        """Take the next one, which must be there."""
        if self.next is None:
            raise ValueError("the shard is empty; look at `next` first")
        taken = self.next
        self.next = self._back.popleft() if self._back else next(self._later, None)
        return taken

    def back(self, at: float) -> None:
        """Put one back in front."""
        if self.next is not None:
            self._back.appendleft(self.next)
        self.next = at


def _look(shards: Sequence[_Shard], start: int, now: float) -> tuple[list[tuple[int, float]], int]:
    """As many events as one read returns, from a shard on, each with its shard; and the last shard."""
    found: list[tuple[int, float]] = []
    for number in range(start, len(shards)):
        shard = shards[number]
        while len(found) < READ_AT_ONCE and shard.next is not None and shard.next <= now:
            found.append((number, shard.take()))
    return found, found[-1][0] if found else start


def _every(step: float, first: float) -> Iterator[float]:
    return (first + number * step for number in count())
