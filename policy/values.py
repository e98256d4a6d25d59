"""Values of a planned resource: known, absent, or unknown until apply, which no rule may take for the others."""

from __future__ import annotations

import enum
from itertools import zip_longest
from typing import Any, Final

from policy.shape import Node


class Unknown(enum.Enum):
    """The value that Terraform learns during the apply."""

    VALUE = "unknown until apply"

    def __repr__(self) -> str:
        return self.value


UNKNOWN: Final = Unknown.VALUE


def merge(after: Node, unknown: Any) -> Any:
    """What will be, with UNKNOWN in each place that the apply fills.

    Args:
        after: `change.after`.
        unknown: `change.after_unknown`, which has true where a value is unknown, in the same shape.

    Raises:
        PolicyError: the two have shapes that no plan has.
    """
    if unknown is True:
        return UNKNOWN
    value = after.value
    if isinstance(unknown, dict) and unknown:
        keys = {**dict.fromkeys(after.object()), **dict.fromkeys(unknown)}
        return {key: merge(after.get(key), unknown.get(key)) for key in keys}
    if isinstance(unknown, list) and unknown:
        items = zip_longest((item.value for item in after.items()), unknown)
        return [merge(Node(item, f"{after.place}[{number}]"), flag) for number, (item, flag) in enumerate(items)]
    return value


def blocks(value: Any, place: str) -> list[dict[str, Any]] | Unknown:
    """A nested block, which a plan shows as a list of objects; none where it is absent.

    Args:
        value: as `merge` gives it.
        place: named by an error.

    Raises:
        PolicyError: it is not a list of objects.
    """
    if isinstance(value, Unknown):
        return UNKNOWN
    items = [value] if isinstance(value, dict) else [] if value is None else value
    if not isinstance(items, list):
        raise Node(value, place).wrong("a list of blocks")
    if any(item is UNKNOWN for item in items):
        return UNKNOWN
    return [Node(item, f"{place}[{number}]").object() for number, item in enumerate(items)]
