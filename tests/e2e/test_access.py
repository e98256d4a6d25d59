"""The database of the deployed stack, seen by the caller's own IAM identity: `make sql`, `make migrate-status`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e


def tool(deployed, tmp_path, *arguments, text=None, **environment):
    outputs = tmp_path / "outputs.json"
    outputs.write_text(
        json.dumps({name: {"value": value} for name, value in deployed.stack.terraform.output().items()})
    )
    command = [sys.executable, "-m", "ops", *arguments, "--outputs", str(outputs)]
    return subprocess.run(
        command,
        env={**deployed.environment, **environment},
        cwd=REPOSITORY,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )


WITHOUT_PSQL = {"PATH": str(Path(sys.executable).parent)}


@pytest.mark.parametrize("environment", [{}, WITHOUT_PSQL], ids=["psql, if there is one", "no psql"])
def test_make_sql_reads_as_readonly_and_writes_as_admin_alone(deployed, tmp_path, environment):
    count = "select count(*) > 0 as some from transactions.transactions"
    shown = tool(deployed, tmp_path, "sql", "--side", "secondary", "--command", count, **environment)
    assert (shown.returncode, shown.stdout.split()[0]) == (0, "some"), shown.stderr
    refused = tool(deployed, tmp_path, "sql", text="delete from transactions.outbox;\n", **environment)
    assert refused.returncode != 0
    assert "permission denied" in refused.stderr
    admin = tool(deployed, tmp_path, "sql", "--role", "admin", text="delete from transactions.inbox;\n", **environment)
    assert admin.returncode == 0, admin.stderr


def test_our_shell_takes_statements_over_lines_and_fails_by_the_last_one(deployed, tmp_path):
    text = "select 1 as a, null as b;\nselect nothing;\nselect\n  2 as c\n"
    done = tool(deployed, tmp_path, "sql", text=text, **WITHOUT_PSQL)
    assert (done.returncode, done.stdout) == (0, "a\tb\n1\t\nSELECT 1\nc\n2\nSELECT 1\n")
    assert (
        done.stderr == 'column "nothing" does not exist\nLINE 1: select nothing;\n               ^ (SQLSTATE 42703)\n'
    )
    assert tool(deployed, tmp_path, "sql", "--command", "select nothing", **WITHOUT_PSQL).returncode == 1


def test_migrate_status_lists_what_is_applied_and_fails_for_what_is_missing(deployed, tmp_path):
    well = tool(deployed, tmp_path, "migrate", "status")
    assert well.returncode == 0, well.stdout + well.stderr
    assert well.stdout.splitlines()[0].startswith("applied  0001_transactions  20")
    last = "delete from transactions.schema_migrations where version = 33 returning *"
    row = tool(deployed, tmp_path, "sql", "--role", "admin", "--command", last)
    assert row.returncode == 0, row.stderr
    ill = tool(deployed, tmp_path, "migrate", "status")
    assert (ill.returncode, "missing  0033_" in ill.stdout) == (1, True)
    assert "run `make deploy`" in ill.stderr
    found = deployed.deployment.primary
    roles = json.dumps({"roles": {}})
    deployed.aws.client("lambda", found.region).invoke(FunctionName=found.functions["migrate"], Payload=roles.encode())
    assert tool(deployed, tmp_path, "migrate", "status").returncode == 0
