"""Unit prices and what is assumed of the use, from `prices.json`: one place, with date and source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("prices.json")


@dataclass(frozen=True)
class Price:
    """What one unit costs.

    Args:
        usd: US dollars.
        unit: of what.
        source: AWS's page.
    """

    usd: float
    unit: str
    source: str


@dataclass(frozen=True)
class Assumption:
    """What is not in a plan.

    Args:
        value: the number.
        unit: of what.
        why: where it comes from.
    """

    value: float
    unit: str
    why: str


@dataclass(frozen=True)
class Prices:
    """The whole file.

    Args:
        as_of: the day of the look-up.
        region: whose prices.
        note: how to take them.
        prices: by name.
        assumptions: by name.
    """

    as_of: str
    region: str
    note: str
    prices: dict[str, Price]
    assumptions: dict[str, Assumption]

    def usd(self, name: str) -> float:
        """Price of one unit."""
        return self.prices[name].usd

    def assumed(self, name: str) -> float:
        """Value of an assumption."""
        return self.assumptions[name].value


@cache
def read() -> Prices:
    """Read the file."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return Prices(
        found["as_of"],
        found["region"],
        found["note"],
        {name: Price(**given) for name, given in found["prices"].items()},
        {name: Assumption(**given) for name, given in found["assumptions"].items()},
    )
