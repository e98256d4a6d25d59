"""A resource as checkov shows it, and what a rule says about it.

checkov wraps each value into a list, leaves what it cannot compute in HCL as text, reads the JSON of policies, and in a
plan marks what is unknown.
"""

from __future__ import annotations

import json
import re
from typing import Any

from policy.errors import PolicyError
from policy.plan import Resource
from policy.rule import Rule
from policy.values import UNKNOWN

_MARK = "true_after_unknown"  # checkov.terraform.plan_parser.TRUE_AFTER_UNKNOWN
_POLICIES = ("assume_role_policy", "policy")
_MAPS = ("tags", "tags_all", "dimensions", "variables")
_EXPRESSION = re.compile(r"\$\{|^(var|local|data|each|module|aws_\w+)\.|\w\(")


def kept(rule: Rule, kind: str, conf: dict[str, Any]) -> bool | None:
    """Whether a resource keeps a rule; None where that is unknown, or not to be read.

    Args:
        rule: on single resources.
        kind: the resource's type.
        conf: its arguments, as checkov reads them.
    """
    try:
        found = list(rule.check(resource(kind, conf)))
    except PolicyError:
        return None
    if any(not one.unknown for one in found):
        return False
    return None if found else True


def resource(kind: str, conf: dict[str, Any]) -> Resource:
    """The resource of a check.

    Args:
        kind: its type.
        conf: its arguments.
    """
    values = {name: _argument(name, value) for name, value in conf.items() if not name.startswith("__")}
    if "tags_all" not in values and "tags" in values:
        values["tags_all"] = values["tags"]
    address = conf.get("__address__")
    return Resource(address if isinstance(address, str) else kind, kind, values=values, place=kind)


def _argument(name: str, value: Any) -> Any:
    """The one value of a list, or the objects of blocks. A map looks like a block, and so does a policy."""
    match value:
        case [dict() as only] if name in _POLICIES:
            return json.dumps(only)
        case [dict() as only] if name in _MAPS:
            return _plain(only)
        case [only] if not isinstance(only, dict):
            return _plain(only)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _argument(name, inner) for name, inner in value.items() if not name.startswith("__")}
    if isinstance(value, str) and (value == _MARK or _EXPRESSION.search(value)):
        return UNKNOWN
    return value
