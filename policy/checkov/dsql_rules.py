"""The rules on single resources as checks of checkov: `checkov --external-checks-dir policy/checkov`.

They ask the same code. checkov shows one resource at a time, so that rules on relations are not here. It wraps each
value into a list, leaves what it cannot compute in HCL as text, reads the JSON of policies, and in a plan marks what is
unknown.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

sys.path.append(str(Path(__file__).resolve().parents[2]))  # checkov imports this file by its name alone

from policy.errors import PolicyError
from policy.plan import Resource
from policy.rule import Rule, Severity
from policy.rules import ALL
from policy.values import UNKNOWN

_MARK = "true_after_unknown"  # checkov.terraform.plan_parser.TRUE_AFTER_UNKNOWN
_POLICIES = ("assume_role_policy", "policy")
_MAPS = ("tags", "tags_all", "dimensions", "variables")
_EXPRESSION = re.compile(r"\$\{|^(var|local|data|each|module|aws_\w+)\.|\w\(")


class PolicyCheck(BaseResourceCheck):  # type: ignore[misc]
    """One rule, as checkov asks it.

    Args:
        rule: on single resources.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(
            name=rule.sentence,
            id=f"CKV_{rule.id}",
            categories=[CheckCategories.GENERAL_SECURITY],
            supported_resources=list(rule.on),
            guideline=rule.link,
        )

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """The result of the rule: failed, unknown or passed.

        Args:
            conf: the resource's arguments, as checkov reads them.
        """
        try:
            found = list(self.rule.check(resource(self.entity_type, conf)))
        except PolicyError:
            return CheckResult.UNKNOWN
        if any(not one.unknown for one in found):
            return CheckResult.FAILED
        return CheckResult.UNKNOWN if found else CheckResult.PASSED


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
    """An argument; a map looks like a block, and so does a policy whose JSON checkov has read."""
    found = _value(value)
    if name in _POLICIES and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return json.dumps(value[0])
    return found[0] if name in _MAPS and isinstance(found, list) and len(found) == 1 else found


def _value(value: Any) -> Any:
    """An argument: the one value of a list, or the objects of a block."""
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict):
        return _plain(value[0])
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _argument(name, inner) for name, inner in value.items() if not name.startswith("__")}
    if isinstance(value, str) and (value == _MARK or _EXPRESSION.search(value)):
        return UNKNOWN
    return value


# checkov keeps a register of its own, in which a check enters itself.
CHECKS = [PolicyCheck(rule) for rule in ALL if rule.on and rule.severity is not Severity.ADVICE]
