"""Reading JSON of others: each value with the place where it stands, so that an error can name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policy.errors import PolicyError

_LONGEST = 60  # characters of a wrong value that a message shows


@dataclass(frozen=True)
class Node:
    """A JSON value and its place.

    Args:
        value: what stands there.
        place: how to get there from the top, such as `resource_changes[3].change`.
    """

    value: Any
    place: str

    def get(self, key: str) -> Node:
        """The member of an object; None as its value where there is none.

        Args:
            key: name of the member.

        Raises:
            PolicyError: this is not an object.
        """
        return Node(self.object().get(key), f"{self.place}.{key}" if self.place else key)

    def object(self) -> dict[str, Any]:
        """The value as an object; an empty one where there is none.

        Raises:
            PolicyError: it is something else.
        """
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return self.value

    def members(self) -> Iterator[tuple[str, Node]]:
        """Name and value of each member of an object."""
        for key in self.object():
            yield key, self.get(key)

    def items(self) -> Iterator[Node]:
        """The items of a list; none where there is no list.

        Raises:
            PolicyError: it is something else.
        """
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        for number, item in enumerate(self.value):
            yield Node(item, f"{self.place}[{number}]")

    def text(self) -> str:
        """The value as a string.

        Raises:
            PolicyError: it is something else, or missing.
        """
        if not isinstance(self.value, str):
            raise self.wrong("a string")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """The value as strings; none where there is no list."""
        return tuple(item.text() for item in self.items())

    def wrong(self, expected: str) -> PolicyError:
        """The error that names this place.

        Args:
            expected: what should stand here, with its article.
        """
        found = repr(self.value)
        shown = found if len(found) <= _LONGEST else f"{found[:_LONGEST]}..."
        return PolicyError(f"{self.place or 'the document'}: expected {expected}, got {shown}")
