"""Exceptions that the owner of a plan declares: which rule, where, why, and until when.

[[exception]]
id = "DSQL001"
address = "module.sandbox.aws_dsql_cluster.*"
reason = "the sandbox is removed every night"
expires = 2027-01-31
"""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from policy.errors import PolicyError
from policy.rule import Rule, Severity
from policy.rules import BY_ID
from policy.shape import Node

_FIELDS = {"id", "address", "reason", "expires"}


@dataclass(frozen=True)
class Excuse:
    """One exception.

    Args:
        id: of the rule.
        address: of the resource; `*` stands for any characters.
        reason: for whoever reads the report.
        expires: the last day on which it counts.
    """

    id: str
    address: str
    reason: str
    expires: datetime.date

    def names(self, rule: str, address: str) -> bool:
        """Whether it is about this rule and this resource.

        Args:
            rule: id of the rule.
            address: of the resource.
        """
        pattern = ".*".join(map(re.escape, self.address.split("*")))
        return self.id == rule and re.fullmatch(pattern, address, re.DOTALL) is not None

    def refusal(self, rule: Rule, today: datetime.date) -> str:
        """Why it does not excuse; empty where it does.

        Args:
            rule: that it is about.
            today: the day.
        """
        if today > self.expires:
            return f"its exception expired on {self.expires}"
        if rule.severity is Severity.CRITICAL and "*" in self.address:
            return "its exception does not count: a critical rule needs the full address, without `*`"
        return ""


def load(file: Path) -> list[Excuse]:
    """Read the exceptions of a file.

    Args:
        file: TOML with `[[exception]]` tables.

    Raises:
        PolicyError: it cannot be read, or an exception is incomplete; the message names the place.
    """
    try:
        return _all(Node(tomllib.loads(file.read_text(encoding="utf-8")), ""))
    except OSError as error:
        raise PolicyError(f"{file}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"{file}: no TOML: {error}") from None
    except PolicyError as error:
        raise PolicyError(f"{file}: {error}") from None


def _all(document: Node) -> list[Excuse]:
    strange = sorted(set(document.object()) - {"exception"})
    if strange:
        raise PolicyError(f"{strange[0]}: expected only [[exception]] tables")
    return [_read(node) for node in document.get("exception").items()]


def _read(node: Node) -> Excuse:
    given = set(node.object())
    if given != _FIELDS:
        missing, strange = sorted(_FIELDS - given), sorted(given - _FIELDS)
        said = f"{', '.join(missing)} missing" if missing else f"{strange[0]} is not a field"
        raise PolicyError(f"{node.place}: {said}; an exception has id, address, reason and expires")
    identifier = node.get("id").text()
    if identifier not in BY_ID:
        raise PolicyError(f"{node.place}.id: there is no rule {identifier!r}; docs/policies.md has them all")
    expires = node.get("expires").value
    if isinstance(expires, datetime.datetime) or not isinstance(expires, datetime.date):
        raise node.get("expires").wrong("a date, such as 2027-01-31, without quotes")
    reason = node.get("reason").text().strip()
    if not reason:
        raise node.get("reason").wrong("a reason")
    return Excuse(identifier, node.get("address").text(), reason, expires)
