"""Command line of the operations tools: `python -m ops COMMAND`, with what `terraform output -json` printed."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from ops import drill, redrive, sql
from ops.aws import Aws
from ops.checks import canary_checks, reading_checks
from ops.deployment import Deployment, NotDeployedError
from ops.policy import drill_policy, policy
from ops.verify import Result, verify

_PATIENCE_SECONDS = 20.0  # for one answer: a cold function takes a few; a frozen Region must not hold up the rest


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: what follows the program's name; None takes those of this process.

    Returns:
        0 if every check passed, 1 if one failed, 2 if the stack is not to be read or AWS not to be asked, 130 after
        Ctrl-C.
    """
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Deployment], int] = given.run
    try:
        return command(given, Deployment.read(_outputs(given.outputs)))
    except (NotDeployedError, OSError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130


def _verify(given: argparse.Namespace, stack: Deployment) -> int:
    aws = Aws(os.environ, read_seconds=_PATIENCE_SECONDS)
    checks = [*reading_checks(aws, stack), *(canary_checks(aws, stack) if given.canary else [])]
    as_text = given.format == "text"
    results = verify(checks, _print if as_text else lambda _: None)
    failed = sum(not result.passed for result in results)
    if as_text:
        sys.stdout.write(f"{len(results) - failed} of {len(results)} checks passed\n")
    else:
        document = {"name": stack.name, "passed": not failed, "checks": [result.document() for result in results]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 1 if failed else 0


def _policy(given: argparse.Namespace, stack: Deployment) -> int:
    sys.stdout.write((drill_policy if given.drill else policy)(stack) + "\n")
    return 0


def _outputs(source: str) -> str:
    if source == "-" and sys.stdin is None:  # closed by who started us
        raise NotDeployedError("standard input is closed; name a file: --outputs FILE")
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotDeployedError(f"not what `terraform output -json` prints: no text in UTF-8 ({error})") from error


def _print(result: Result) -> None:
    sys.stdout.write("\n".join(result.lines()) + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ops", description="Tools for a deployed stack.")
    commands = parser.add_subparsers(required=True, metavar="command")
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument(
        "--outputs", default="-", metavar="FILE", help="what `terraform output -json` printed (- is stdin)"
    )
    check = commands.add_parser("verify", parents=[source], help="check that a deployed stack is healthy")
    check.add_argument("--canary", action="store_true", help="also write one transaction in each Region")
    check.add_argument("--format", choices=["text", "json"], default="text")
    check.add_argument("--json", action="store_const", dest="format", const="json", help="same as --format json")
    check.set_defaults(run=_verify)
    shown = commands.add_parser("policy", parents=[source], help="print the IAM policy that is enough for verify")
    shown.add_argument("--drill", action="store_true", help="the one that is enough for drill instead")
    shown.set_defaults(run=_policy)
    drill.add(commands, source)
    redrive.add(commands, source)
    sql.add(commands, source)
    return parser


if __name__ == "__main__":
    sys.exit(main())
