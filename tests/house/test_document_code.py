"""Every HCL block of a document is planned or parsed, every Python and JSON block is run or read."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from delivery import offline
from delivery.toolchain import find_terraform
from infra.variables import INPUTS

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


CALL = 'source = "./modules/'
SMALLEST = next(block for document in documents() for block in document.blocks("hcl") if CALL in block)


def kind(block):
    """What a block is in a root: a whole call, one argument of a call, outputs of a root, or something else."""
    if CALL in block:
        return "call"
    argument = re.match(r"(\w+) += ", block)
    if argument and argument[1] in INPUTS and "source " not in block:
        return "argument"
    return "outputs" if block.startswith("output ") else "other"


def hcl(*kinds):
    return [found for found in blocks("hcl") if kind(found.values[1]) in kinds]


def test_calls_arguments_and_outputs_are_planned_as_they_stand(tmp_path):
    (tmp_path / "modules").symlink_to(REPOSITORY / "modules")
    calls = {}
    for found in hcl("call", "argument", "outputs"):
        _, block = found.values
        name = re.sub(r"\W", "_", found.id)
        if kind(block) == "call":
            text = calls[name] = re.sub(r'module "\w+"', f'module "{name}"', block)
        elif kind(block) == "argument":
            text = calls[name] = re.sub(r"\n}\s*$", f"\n{block}}}\n", SMALLEST.replace('"orders" {', f'"{name}" {{'))
        else:
            calls["application"] = SMALLEST.replace('module "orders"', 'module "application"')
            text = f"{block}\n{calls['application']}"
        (tmp_path / f"{name}.tf").write_text(text)
    for package in re.findall(r'filename = "([\w.-]+)"', "".join(calls.values())):
        (tmp_path / package).write_bytes(b"a plan hashes the package and does not open it")
    shutil.copyfile(REPOSITORY / "tests" / "house" / "around.tf", tmp_path / "around.tf")
    told = {"module": {name: {"account_id": "123456789012"} for name in calls}}
    (tmp_path / "account_override.tf.json").write_text(json.dumps(told))
    silent = dict.fromkeys(
        ("skip_credentials_validation", "skip_metadata_api_check", "skip_requesting_account_id"), True
    )
    keys = {"access_key": "offline", "secret_key": "offline"}
    aws = [{"alias": alias, "region": region, **keys, **silent} for alias, region in PROVIDERS.items()]
    (tmp_path / "providers.tf.json").write_text(
        json.dumps({"provider": {"aws": [*aws, {name: value for name, value in aws[0].items() if name != "alias"}]}})
    )
    terraform = offline.terraform(tmp_path, os.environ, tmp_path / "build")
    terraform.init()
    assert terraform.plan().counts.added > 50 * len(calls)


@pytest.mark.parametrize(("document", "block"), hcl("other"))
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
