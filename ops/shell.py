"""A SQL shell at one of the clusters: psql where it is installed, or a small one of ours."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

import psycopg

from ops.login import connect


def run(variables: Mapping[str, str], command: str | None, *, psql: str | None = None) -> int:
    """Run the shell, or one command.

    Args:
        variables: of `login.login`.
        command: SQL; None reads it from standard input.
        psql: the program; None looks for it on PATH, an empty text takes ours.

    Returns:
        The exit code: psql's, or 1 if the only or the last statement failed.

    Raises:
        LoginError: the cluster does not let the caller in.
    """
    with connect(variables) as connection:  # psql would not say what helps
        program = shutil.which("psql", path=variables.get("PATH")) if psql is None else psql
        if program:
            connection.close()
            return _psql(program, variables, command)
        return _ours(connection, sys.stdin if command is None else [command])


def _psql(program: str, variables: Mapping[str, str], command: str | None) -> int:
    arguments = [] if command is None else ["--command", command]
    # Ctrl-C is psql's: it cancels a statement. A handler, unlike "ignore", does not pass to the child.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(
            [program, "--no-psqlrc", "--set=ON_ERROR_STOP=1", *arguments], env=dict(variables), check=False
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _ours(connection: psycopg.Connection[tuple[object, ...]], source: TextIO | list[str]) -> int:
    code = 0
    for statement in statements(source):
        code = 0
        try:
            cursor = connection.execute(statement.encode())
        except psycopg.Error as error:
            sys.stderr.write(f"{str(error).strip()} (SQLSTATE {error.sqlstate})\n")
            code = 1
            continue
        if cursor.description:
            sys.stdout.write("\t".join(column.name for column in cursor.description) + "\n")
            for row in cursor:
                sys.stdout.write("\t".join("" if value is None else str(value) for value in row) + "\n")
        sys.stdout.write(f"{cursor.statusmessage}\n")
    return code


def statements(lines: TextIO | list[str]) -> Iterator[str]:
    """Statements that end with a semicolon at the end of a line, or with the input.

    Args:
        lines: of SQL.
    """
    waiting = ""
    for line in lines:
        waiting += line
        if waiting.rstrip().endswith(";"):
            yield waiting.rstrip()
            waiting = ""
    if waiting.strip():
        yield waiting.strip()
