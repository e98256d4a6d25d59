"""Every HCL block of a document is planned or parsed, every Python and JSON block is run or read."""

import json
import os
import re
import subprocess
import sys

import pytest

from delivery import offline
from delivery.toolchain import find_terraform

from .markdown import REPOSITORY, documents

PROVIDERS = {"us_east_1": "us-east-1", "us_east_2": "us-east-2", "us_west_2": "us-west-2"}
TYPE = re.compile(r"(?:object|map|list|set)\(")


def blocks(language):
    """(document, number, text) of each block of a language."""
    return [
        pytest.param(document, block, id=f"{document.name}-{number}")
        for document in documents()
        for number, block in enumerate(document.blocks(language))
    ]


def is_call(block):
    return 'source = "./modules/' in block.values[1]


@pytest.mark.parametrize(("document", "block"), [found for found in blocks("hcl") if is_call(found)])
def test_a_call_of_a_module_is_planned_as_it_stands(document, block, tmp_path):
    (tmp_path / "modules").symlink_to(REPOSITORY / "modules")
    for package in re.findall(r'filename = "([\w.-]+)"', block):
        (tmp_path / package).write_bytes(b"a plan hashes the package and does not open it")
    (tmp_path / "main.tf").write_text(block)
    told = {"module": {name: {"account_id": "123456789012"} for name in re.findall(r'^module "(\w+)"', block, re.M)}}
    (tmp_path / "account_override.tf.json").write_text(json.dumps(told))
    silent = dict.fromkeys(
        ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id"), True
    )
    keys = {"access_key": "offline", "secret_key": "offline"}
    aws = [{"alias": alias, "region": region, **keys, **silent} for alias, region in PROVIDERS.items()]
    (tmp_path / "providers.tf.json").write_text(json.dumps({"provider": {"aws": aws}}))
    terraform = offline.terraform(tmp_path, os.environ, tmp_path / "build")
    terraform.init()
    assert terraform.plan().counts.added > 50


@pytest.mark.parametrize(("document", "block"), [found for found in blocks("hcl") if not is_call(found)])
def test_other_hcl_is_an_examples_or_parses(document, block):
    """Calls in the modules' READMEs are quoted from examples, which are planned: tests/infra/test_readme.py."""
    text = f"type = {block}" if TYPE.match(block) else block
    done = subprocess.run(
        [find_terraform(os.environ).path, "fmt", "-"], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if block.startswith("module "):
        assert any(block in file.read_text() for file in REPOSITORY.glob("examples/*/main.tf")), "quote an example"


@pytest.mark.parametrize(("document", "block"), blocks("json"))
def test_json_is_json(document, block):
    json.loads(block)


@pytest.mark.parametrize(("document", "block"), blocks("python"))
def test_python_runs_as_it_stands(document, block, tmp_path):
    (tmp_path / "main.tf").write_text('output "greeting" {\n  value = "hello"\n}\n')
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TF_CLI_ARGS_apply": "-auto-approve"}
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if "terraform" in block:
        assert 'greeting = "hello"' in done.stdout
