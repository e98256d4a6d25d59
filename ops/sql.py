"""The commands that look into the database of a deployed stack: `sql` and `migrate status`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from ops import migrations, shell
from ops.aws import Aws
from ops.deployment import Deployment
from ops.login import ROLES, LoginError, login

Command = Callable[[argparse.Namespace, Deployment], int]


def add(commands: Any, source: argparse.ArgumentParser) -> None:
    """Declare the commands.

    Args:
        commands: the subparsers of `python -m ops`.
        source: a parent parser with `--outputs`.
    """
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--role", choices=ROLES, default=ROLES[0], help="database role (default: %(default)s)")
    place.add_argument("--side", choices=["primary", "secondary"], default="primary", help="whose cluster")
    sql = commands.add_parser("sql", parents=[source, place], help="open a SQL shell, with an IAM token")
    sql.add_argument("--command", metavar="SQL", help="run this instead of reading standard input")
    sql.set_defaults(run=_guarded(_sql))
    migrate = commands.add_parser("migrate", help="look at the schema's migrations")
    actions = migrate.add_subparsers(required=True, metavar="action")
    status = actions.add_parser("status", parents=[source, place], help="list them; exit 1 if one is not applied")
    status.set_defaults(run=_guarded(_status))


def _sql(given: argparse.Namespace, variables: Mapping[str, str]) -> int:
    return shell.run(variables, given.command)


def _status(_: argparse.Namespace, variables: Mapping[str, str]) -> int:
    found = migrations.status(variables)
    for migration in found:
        sys.stdout.write(migration.line() + "\n")
    wrong = [migration for migration in found if migration.state != "applied"]
    sys.stdout.write(f"{len(found) - len(wrong)} of {len(found)} migrations are applied as they are here\n")
    if wrong:
        sys.stderr.write("error: not all migrations are applied; run `make deploy` with this version's package\n")
    return 1 if wrong else 0


def _guarded(command: Callable[[argparse.Namespace, Mapping[str, str]], int]) -> Command:
    """Log in for a command; what keeps the caller out is told in one line, with 2."""

    def run(given: argparse.Namespace, stack: Deployment) -> int:
        try:
            return command(given, login(Aws(os.environ), getattr(stack, given.side), given.role, os.environ))
        except (LoginError, psycopg.Error, BotoCoreError, ClientError) as error:
            sys.stderr.write(f"error: {str(error).strip()}\n")
            return 2

    return run
