"""Every statement that the functions send is legal on DSQL, by the rules of MiniStack's proxy, and leans on no lock."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ministack.core import pgproxy
from transactions import access, accounts, effects, inbox, lease, outbox, recording, schema, store, versions

ROOM = Path(store.__file__).parent
# What DSQL accepts but does not do, or does not have: dataplane.md 2.2 and 2.3.
FORBIDDEN = re.compile(r"skip\s+locked|nowait|advisory|savepoint|statement_timeout|for\s+share|\bserial\b|\[\]", re.I)


def constants() -> dict[str, str]:
    """The SQL constants of the modules."""
    found = {"BOOTSTRAP.0": schema.BOOTSTRAP[0], "BOOTSTRAP.1": schema.BOOTSTRAP[1]}
    for module in (access, accounts, effects, inbox, lease, outbox, recording, schema, store, versions):
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and " " in value and name != "COLUMNS":
                found[f"{module.__name__}.{name}"] = value
    return found


MIGRATIONS = schema.load()
STATEMENTS = constants() | {migration.name: migration.statement for migration in MIGRATIONS}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_statement_is_legal_on_dsql(statement):
    assert not isinstance(pgproxy.validate(statement, pgproxy.TxnState()), pgproxy.DsqlError)
    assert not FORBIDDEN.search(statement)


@pytest.mark.parametrize("migration", MIGRATIONS, ids=lambda migration: migration.name)
def test_migration_is_one_statement_that_defines(migration):
    (statement,) = pgproxy.split_statements(pgproxy.strip_leading_comments(migration.statement))
    assert pgproxy.classify_statement(statement) == "ddl" or statement.lower().startswith("grant ")


@pytest.mark.parametrize(
    "statement",
    ["create table t (id serial)", "create index i on t (a)", "create table t (a text[])", "savepoint a", "truncate t"],
)
def test_rules_refuse_what_dsql_refuses(statement):
    assert isinstance(pgproxy.validate(statement, pgproxy.TxnState()), pgproxy.DsqlError)


def test_statements_are_sent_by_name_so_that_the_rules_above_see_them():
    sent = {}
    for path in ROOM.glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        executes = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "execute"]
        sent |= {(path.name, call.lineno): call.args[0] for call in executes}
    assert {"store.py", "outbox.py", "inbox.py"} <= {name for name, _ in sent}
    assert [place for place, statement in sent.items() if not isinstance(statement, ast.Name)] == []
