"""Plans that the tests share: two of all twins, and those of the examples."""

import json
import os
import shutil

import pytest

from delivery import offline, scan

from ..modules import planning
from . import twin


@pytest.fixture(scope="session")
def twins(tmp_path_factory):
    """What Terraform shows for the roots that call the twins."""
    settings = planning.environment(tmp_path_factory.mktemp("terraform"))
    return twin.planned(tmp_path_factory.mktemp("twins"), settings)


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    """The plans of `minimal` and `complete`, the latter also linked by the provider."""
    package = {"lambda_package": {"filename": "main.tf"}}
    account = {"module": {"application": {"account_id": planning.ACCOUNT}}}
    by_provider = {"module": {"application": {"link_method": "provider"}}}
    inputs = json.loads((planning.REPOSITORY / scan.INPUTS).read_text())
    return {
        "minimal": example(tmp_path_factory, "minimal", package, account),
        "complete": example(tmp_path_factory, "complete", inputs, {}),
        "complete-provider": example(tmp_path_factory, "complete", inputs, by_provider),
    }


def example(factory, name, inputs, override):
    build = factory.mktemp(name)
    root = offline.copy(planning.REPOSITORY, f"examples/{name}", build / "repository")
    (root / "terraform.tfvars.json").write_text(json.dumps(inputs))
    (root / "test_override.tf.json").write_text(json.dumps(override))
    terraform = offline.terraform(root, os.environ, build / "terraform")
    terraform.init()
    document = terraform.plan().document
    shutil.rmtree(build)
    return document
