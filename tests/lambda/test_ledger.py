"""The table of faults: how it is written, and that the one in docs/verification.md has all that was promised."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

module = importlib.import_module("tests.lambda.ledger")
DOCUMENT = Path(__file__).parents[2] / "docs" / "verification.md"


def test_table_replaces_the_one_before_and_nothing_else(tmp_path):
    document = tmp_path / "document.md"
    document.write_text(f"before\n{module.BEGIN}\nold\n{module.END}\nafter\n")
    ledger = module.Ledger()
    ledger.note("a fault", 3, "5 writes", 0, 0)
    ledger.write(document)
    text = document.read_text()
    assert "| a fault | 3 | 5 writes | 0 | 0 |" in text
    assert "old" not in text
    assert (text.startswith("before\n"), text.endswith("\nafter\n")) == (True, True)


@pytest.mark.parametrize(
    "fault",
    [
        *("OCC conflicts", "connections killed before", "answers lost after", "connections that fell silent"),
        *("tokens that expired", "processes killed", "relays stopped", "entries of a PutEvents batch"),
        *("deliveries of an event that came before", "deliveries out of order"),
    ],
)
def test_each_kind_of_fault_was_injected_and_nothing_was_lost_or_doubled(fault):
    text = DOCUMENT.read_text()
    table = text[text.index(module.BEGIN) : text.index(module.END)]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith(f"| {fault}")]
    assert len(rows) == 1, f"no row of {fault!r}; run: make faults"
    (_, times, _, lost, doubled) = rows[0]
    assert int(times) > 0
    assert (lost, doubled) == ("0", "0")
