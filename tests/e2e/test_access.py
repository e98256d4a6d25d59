"""The database of the deployed stack, seen by the caller's own IAM identity: `make sql`, `make migrate-status`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def outputs(deployed, tmp_path_factory):
    return written_outputs(deployed, tmp_path_factory.mktemp("outputs"))


def written_outputs(deployed, folder):
    """A file with what `terraform output -json` prints."""
    file = folder / "outputs.json"
    file.write_text(json.dumps({name: {"value": value} for name, value in deployed.stack.terraform.output().items()}))
    return str(file)


def tool(deployed, outputs, *arguments, text=None, **environment):
    command = [sys.executable, "-m", "ops", *arguments, "--outputs", outputs]
    return subprocess.run(
        command,
        env={**deployed.environment, **environment},
        cwd=REPOSITORY,
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )


NOTHING = {"Effect": "Allow", "Action": "dsql:ListClusters", "Resource": "*"}
WITHOUT_PSQL = {"PATH": str(Path(sys.executable).parent)}


@pytest.mark.parametrize("environment", [{}, WITHOUT_PSQL], ids=["psql, if there is one", "no psql"])
def test_make_sql_reads_as_readonly_and_writes_as_admin_alone(deployed, outputs, environment):
    count = "select count(*) > 0 as some from transactions.transactions"
    shown = tool(deployed, outputs, "sql", "--side", "secondary", "--command", count, **environment)
    assert (shown.returncode, shown.stdout.split()[0]) == (0, "some"), shown.stderr
    refused = tool(deployed, outputs, "sql", text="delete from transactions.outbox;\n", **environment)
    assert refused.returncode != 0
    assert "permission denied" in refused.stderr
    admin = tool(deployed, outputs, "sql", "--role", "admin", text="delete from transactions.inbox;\n", **environment)
    assert admin.returncode == 0, admin.stderr


@pytest.mark.parametrize(
    ("role", "cure"),
    [
        ("readonly", "must be mapped to readonly: name its ARN in `readonly_role_arns` and deploy, or take ROLE=admin"),
        ("admin", "your IAM identity needs dsql:DbConnectAdmin on this cluster"),
    ],
)
def test_who_may_not_connect_is_told_what_is_missing(deployed, outputs, user, role, cure):
    stranger = user(f"no-{role}", json.dumps({"Version": "2012-10-17", "Statement": [NOTHING]}))
    refused = tool(deployed, outputs, "sql", "--role", role, "--command", "select 1", **stranger)
    assert refused.returncode == 2
    assert f"does not let {role} in: " in refused.stderr
    assert cure in refused.stderr


def test_our_shell_takes_statements_over_lines_and_fails_by_the_last_one(deployed, outputs):
    text = "select 1 as a, null as b;\nselect nothing;\nselect\n  2 as c\n"
    done = tool(deployed, outputs, "sql", text=text, **WITHOUT_PSQL)
    assert (done.returncode, done.stdout) == (0, "a\tb\n1\t\nSELECT 1\nc\n2\nSELECT 1\n")
    assert (
        done.stderr == 'column "nothing" does not exist\nLINE 1: select nothing;\n               ^ (SQLSTATE 42703)\n'
    )
    assert tool(deployed, outputs, "sql", "--command", "select nothing", **WITHOUT_PSQL).returncode == 1


def test_migrate_status_lists_what_is_applied_and_fails_for_what_is_missing(deployed, outputs):
    well = tool(deployed, outputs, "migrate", "status")
    assert well.returncode == 0, well.stdout + well.stderr
    assert well.stdout.splitlines()[0].startswith("applied  0001_transactions  20")
    last = "delete from transactions.schema_migrations where version = 33 returning *"
    row = tool(deployed, outputs, "sql", "--role", "admin", "--command", last)
    assert row.returncode == 0, row.stderr
    ill = tool(deployed, outputs, "migrate", "status")
    assert (ill.returncode, "missing  0033_" in ill.stdout) == (1, True)
    assert "run `make deploy`" in ill.stderr
    found = deployed.deployment.primary
    roles = json.dumps({"roles": {}})
    deployed.aws.client("lambda", found.region).invoke(FunctionName=found.functions["migrate"], Payload=roles.encode())
    assert tool(deployed, outputs, "migrate", "status").returncode == 0
