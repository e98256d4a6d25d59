"""What is known about a resource type whose objects can be looked up and imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Client = Callable[[str], Any]
"""Gives a boto3 client of the resource's Region for a service."""
Values = Mapping[str, Any]
"""The planned values of a resource, `after` in the plan; what is not known yet is missing."""


@dataclass(frozen=True)
class Existing:
    """An object that exists.

    Args:
        identifier: what `terraform import` takes.
        created: when it was made or last changed, or what it belongs to was made; None where AWS does not tell.
    """

    identifier: str
    created: datetime | None


@dataclass(frozen=True)
class Kind:
    """A resource type.

    Args:
        look: finds the object that planned values describe; None if there is none.
        needs: planned values without which nothing can be looked up.
        opens: whether AWS makes its id, so that a plan knows what hangs on it only once it is in the state.
        along: whether it is put, so that doing it again changes nothing, and is deleted with what it belongs to; an
            import, which takes seconds, is then only worth it where the whole state is lost.
    """

    look: Callable[[Client, Values], Existing | None]
    needs: tuple[str, ...]
    opens: bool = False
    along: bool = False


def pages(client: Any, operation: str, result: str, **arguments: Any) -> Iterator[Any]:
    """Everything that a paged operation lists.

    Args:
        client: of boto3.
        operation: its method, such as `list_aliases`.
        result: the list in each page.
        arguments: of the operation.
    """
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page.get(result, [])


def newest(found: list[Existing]) -> Existing | None:
    """The one that was made last, where AWS lets several have one name.

    Args:
        found: with the time of each.
    """
    return max(found, key=lambda one: one.created.timestamp() if one.created else 0, default=None)
