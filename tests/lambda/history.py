"""A checker of histories: anomalies that snapshot isolation excludes, found in what clients read and wrote.

Every write gives a key a value that no other write has, so that a read tells whose write it saw: the idea of Elle,
https://www.vldb.org/pvldb/vol14/p268-alvaro.pdf. The names are those of Adya's theses and of Berenson and others,
https://www.microsoft.com/en-us/research/wp-content/uploads/2016/02/tr-95-51.pdf.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Attempt:
    """One attempt of a transaction.

    Args:
        name: unique.
        reads: value by key, as the snapshot gave them.
        writes: values by key, in order; the last one is what a COMMIT leaves.
        outcome: `committed`, `aborted`, or `unknown` if no answer came.
    """

    name: str
    reads: dict[str, str] = field(default_factory=dict)
    writes: dict[str, list[str]] = field(default_factory=dict)
    outcome: str = "unknown"


def anomalies(attempts: Iterable[Attempt]) -> Iterator[str]:
    """What no history under snapshot isolation may hold.

    Args:
        attempts: all of them, also those that were aborted.
    """
    history = list(attempts)
    writer = {value: attempt for attempt in history for values in attempt.writes.values() for value in values}
    for reader in history:
        for key, value in reader.reads.items():
            found = writer.get(value)
            if found is None or found is reader:
                continue
            if found.outcome == "aborted":
                yield f"dirty read (G1a): {reader.name} saw {value} of {found.name}, which was aborted"
            elif value != found.writes[key][-1]:
                yield f"intermediate read (G1b): {reader.name} saw {value}, which {found.name} wrote over"
    yield from _lost_updates(history)
    yield from _fractured(history, writer)


def _lost_updates(history: list[Attempt]) -> Iterator[str]:
    """Two that replaced the same value of a key: one of them did not see the other."""
    replaced: dict[tuple[str, str], list[str]] = defaultdict(list)
    for attempt in history:
        if attempt.outcome == "committed":
            for key in attempt.writes.keys() & attempt.reads.keys():
                replaced[key, attempt.reads[key]].append(attempt.name)
    for (key, value), names in replaced.items():
        if len(names) > 1:
            yield f"lost update (P4): {' and '.join(names)} both replaced {value} of {key}"


def _fractured(history: list[Attempt], writer: dict[str, Attempt]) -> Iterator[str]:
    """Half of a transaction was seen: a key as it left it, another as it found it (read skew, A5A)."""
    for reader in history:
        for value in reader.reads.values():
            seen = writer.get(value)
            if seen is None or seen is reader:
                continue
            for other in (seen.writes.keys() & reader.reads.keys()) & seen.reads.keys():
                if reader.reads[other] == seen.reads[other]:
                    yield f"read skew (A5A): {reader.name} saw {value} of {seen.name}, but {other} from before it"
