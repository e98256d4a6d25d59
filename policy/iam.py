"""Policy documents: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policy.errors import PolicyError
from policy.shape import Node


@dataclass(frozen=True)
class Statement:
    """One statement.

    Args:
        allows: whether its effect is Allow.
        actions: what it is about, in lower case; `*` alone where it names what it is not about.
        resources: ARNs and patterns.
        principals: such as `("Service", "lambda.amazonaws.com")`; `("*", "*")` for everyone.
        conditions: names of the keys that it looks at, in lower case.
    """

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]

    def covers(self, action: str) -> bool:
        """Whether an action is among its actions.

        Args:
            action: such as `dsql:DbConnect`.
        """
        return any(fnmatchcase(action.lower(), pattern) for pattern in self.actions)

    @property
    def is_for_everyone(self) -> bool:
        """Whether it allows any principal, without a condition."""
        everyone = any(name == "*" for kind, name in self.principals if kind in ("*", "AWS"))
        return self.allows and everyone and not self.conditions


def statements(text: str, place: str) -> list[Statement]:
    """The statements of a document.

    Args:
        text: JSON.
        place: named by an error.

    Raises:
        PolicyError: it is no policy document.
    """
    try:
        document = Node(json.loads(text), place)
    except (json.JSONDecodeError, RecursionError):
        raise PolicyError(f"{place}: expected a policy document in JSON, got {text[:60]!r}") from None
    given = document.get("Statement")
    several = given.items() if isinstance(given.value, list) else [given]
    return [_statement(one) for one in several]


def _statement(node: Node) -> Statement:
    actions = tuple(action.lower() for action in _texts(node.get("Action")))
    return Statement(
        allows=node.get("Effect").value == "Allow",
        actions=("*",) if "NotAction" in node.object() else actions,
        resources=("*",) if "NotResource" in node.object() else _texts(node.get("Resource")),
        principals=_principals(node),
        conditions=tuple(key.lower() for _, test in node.get("Condition").members() for key in test.object()),
    )


def _principals(node: Node) -> tuple[tuple[str, str], ...]:
    if "NotPrincipal" in node.object():
        return (("*", "*"),)
    given = node.get("Principal")
    if isinstance(given.value, str):
        return ((given.value, given.value),)
    return tuple((kind, name) for kind, names in given.members() for name in _texts(names))


def _texts(node: Node) -> tuple[str, ...]:
    value: Any = node.value
    return (value,) if isinstance(value, str) else node.texts()
