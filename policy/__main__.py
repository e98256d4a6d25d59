"""Command line: `python -m policy plan.json [--format text|json|sarif|junit]`; exits 1 where a rule is broken."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from policy import excuses, plan
from policy.errors import PolicyError
from policy.evaluate import evaluate
from policy.formats import FORMATS

_BROKEN = 1
_UNREADABLE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Check plans and print the report.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        The exit code: 0, 1 where a rule is broken, 2 where an input cannot be read or the report cannot be written.
    """
    given = _parser().parse_args(arguments)
    try:
        declared = excuses.load(given.exceptions) if given.exceptions else []
        reports = [evaluate(plan.load(file, os.environ), declared, today=given.today) for file in given.plans]
    except PolicyError as error:
        sys.stderr.write(f"error: {error}\n")
        return _UNREADABLE
    text = FORMATS[given.format](reports)
    if given.output is None:
        sys.stdout.write(text)
    else:
        try:
            given.output.write_text(text, encoding="utf-8")
        except OSError as error:  # another code than that of a broken rule
            sys.stderr.write(f"error: {given.output}: {error.strerror}\n")
            return _UNREADABLE
        sys.stderr.write(FORMATS["text"](reports))
    unknown = given.strict and any(report.unknown for report in reports)
    return _BROKEN if unknown or any(report.findings for report in reports) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m policy",
        description="Check what a Terraform plan would do to Aurora DSQL and what is built around it.",
        epilog="Exit codes: 0 no rule broken, 1 a rule broken, 2 a file that cannot be read or written. "
        "Rules: docs/policies.md",
    )
    parser.add_argument(
        "plans", nargs="+", type=Path, metavar="plan.json", help="output of `terraform show -json FILE`"
    )
    parser.add_argument("--format", choices=list(FORMATS), default="text", help="of the report (%(default)s)")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write the report there, and text to standard error"
    )
    parser.add_argument("--exceptions", type=Path, metavar="FILE", help="TOML with [[exception]] tables")
    parser.add_argument("--strict", action="store_true", help="what is unknown until apply fails too")
    parser.add_argument("--today", type=datetime.date.fromisoformat, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
