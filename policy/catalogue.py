"""`docs/policies.md`, written from the rules: `python -m policy.catalogue --write`, or `--check` in a test."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from policy.rule import Rule
from policy.rules import ALL

FILE = Path(__file__).parent.parent / "docs" / "policies.md"
_HEAD = Path(__file__).parent / "catalogue.txt"


def catalogue() -> str:
    """The whole document."""
    rows = "\n".join(f"| [{one.id}](#{one.id.lower()}) | {one.severity.value} | {one.sentence} |" for one in ALL)
    table = f"| id | severity | what holds |\n|---|---|---|\n{rows}\n"
    return f"{_HEAD.read_text(encoding='utf-8')}\n{table}\n" + "\n".join(map(_section, ALL))


def _section(rule: Rule) -> str:
    return f"### {rule.id}\n\n{rule.sentence} {rule.reason}\n\nCure: {rule.cure} [Source]({rule.link})\n"


def main(arguments: Sequence[str]) -> int:
    """Write the document, or check that it is fresh.

    Args:
        arguments: `--write` or `--check`.

    Returns:
        The exit code: 1 where it is not fresh.
    """
    if list(arguments) == ["--write"]:
        FILE.write_text(catalogue(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == catalogue():
        return 0
    sys.stderr.write("docs/policies.md is not what the rules say; run: .venv/bin/python -m policy.catalogue --write\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
