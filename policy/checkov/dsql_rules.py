"""The rules on single resources as checks of checkov: `checkov --external-checks-dir policy/checkov`.

They ask the same code. checkov shows one resource at a time, so that rules on relations are not here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

sys.path.append(str(Path(__file__).resolve().parents[2]))  # checkov imports this file by its name alone

from policy.rule import Rule, Severity
from policy.rules import ALL
from policy.scanned import kept

_RESULTS = {True: CheckResult.PASSED, False: CheckResult.FAILED, None: CheckResult.UNKNOWN}


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
        return _RESULTS[kept(self.rule, self.entity_type, conf)]


# checkov keeps a register of its own, in which a check enters itself.
CHECKS = [PolicyCheck(rule) for rule in ALL if rule.on and rule.severity is not Severity.ADVICE]
