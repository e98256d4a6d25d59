"""Terraform's native syntax for values: what a construct says in Python, written as an expression."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | int | float | Sequence[Value] | Mapping[str, Value] | None"  # a bool is an int

_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LINE = 100


def interpolations(text: str) -> list[tuple[int, int]]:
    """Find the outermost `${…}` of a template.

    Args:
        text: a Terraform template; `$${` is a literal and not an interpolation.

    Returns:
        Start and end offset of each interpolation, braces included.

    Raises:
        ValueError: an interpolation is not closed.
    """
    found = []
    position = 0
    while (start := text.find("${", position)) >= 0:
        if start and text[start - 1] == "$":
            position = start + 2
            continue
        position = _end_of_interpolation(text, start)
        found.append((start, position))
    return found


def _end_of_interpolation(text: str, start: int) -> int:
    """Offset behind the brace that closes the interpolation at `start`; strings inside may hold braces of their own."""
    nesting = ["{"]
    position = start + 2
    while nesting:
        if position >= len(text):
            raise ValueError(f"interpolation is not closed: {text[start:]!r}; add the missing }}")
        character = text[position]
        if nesting[-1] == '"':
            if character == "\\":
                position += 1
            elif character == '"':
                nesting.pop()
            elif text.startswith("${", position):
                nesting.append("{")
                position += 1
        elif character in '"{':
            nesting.append(character)
        elif character == "}":
            nesting.pop()
        position += 1
    return position


def native(text: str) -> str | None:
    """Return the expression of a string that is one interpolation from end to end, otherwise None."""
    if not text.startswith("${"):
        return None
    return text[2:-1] if interpolations(text)[0] == (0, len(text)) else None


def string(text: str) -> str:
    """Write a template as a quoted string: what stands outside of interpolations is escaped, what is inside is not."""
    parts, position = [], 0
    for start, end in [*interpolations(text), (len(text), len(text))]:
        parts.append("".join(_ESCAPES.get(character, character) for character in text[position:start]))
        parts.append(text[start:end])
        position = end
    return '"' + "".join(parts) + '"'


def expression(value: Value) -> str:
    """Write a value as an expression; `terraform fmt` does the indentation.

    Args:
        value: what JSON can hold; a string that is one `${…}` becomes the bare expression.

    Returns:
        The expression, over several lines where it is long.
    """
    if isinstance(value, str):
        return native(value) or string(value)
    if isinstance(value, (list, tuple)):
        return _bracketed("[]", [expression(item) for item in value], ",")
    if isinstance(value, Mapping):
        return _bracketed("{}", [f"{_key(key)} = {expression(item)}" for key, item in value.items()], "")
    return json.dumps(value)


def _key(key: str) -> str:
    if _IDENTIFIER.match(key):
        return key
    whole = native(key)
    return f"({whole})" if whole else string(key)


def _bracketed(brackets: str, items: list[str], separator: str) -> str:
    if not items:
        return brackets
    one_line = ", ".join(items)
    pad = " " if brackets == "{}" else ""
    if len(one_line) <= _LINE and "\n" not in one_line:
        return f"{brackets[0]}{pad}{one_line}{pad}{brackets[1]}"
    return f"{brackets[0]}\n" + "".join(f"{item}{separator}\n" for item in items) + brackets[1]


def jsonencode(value: Value) -> str:
    """Write a value as `jsonencode(…)`, the native way to put a policy or an event pattern into an argument."""
    return "${jsonencode(" + expression(value) + ")}"


def type_constraint(text: str) -> str:
    """Write a type constraint, over several lines where it is long.

    Args:
        text: the constraint on one line, such as `object({ a = string, b = optional(number, 3) })`.

    Returns:
        The constraint; attributes of an object that does not fit on a line get a line each, indented by two.
    """
    start = text.find("({ ")
    if len(text) <= _LINE or start < 0:
        return text
    end = _closing(text, start)
    lines = [line for item in _items(text[start + 3 : end]) for line in type_constraint(item).splitlines()]
    return text[: start + 2] + "\n" + "".join(f"  {line}\n" for line in lines) + text[end:].lstrip()


def _closing(text: str, start: int) -> int:
    """Position of the blank before the `})` that closes the `({` at `start`."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if depth == 0 and text[position] == "}":
            return position - 1
    raise ValueError(f"a bracket is not closed in {text!r}")


def _items(text: str) -> list[str]:
    """Split at the commas outside of all brackets."""
    items, depth = [""], 0
    for character in text:
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            items.append("")
        else:
            items[-1] += character
    return [item.strip() for item in items]
