"""A caller's root around one of our modules, planned offline by tftest with dummy credentials."""

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tftest

from delivery.providers import choose
from delivery.toolchain import find_terraform

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Root:
    """A root configuration in a folder of its own.

    tftest is archived upstream and its cache does not see a changed module, so it is used here and nowhere else,
    without the cache.
    """

    directory: Path
    environment: dict[str, str]
    initialized: set[str] = field(default_factory=set)

    def plan(self, module: str, arguments: dict, *, regions=("us-east-1", "us-east-2", "us-west-2"), meta=None):
        """Plan a call of `modules/<module>`; raises `tftest.TerraformTestError` with Terraform's message."""
        aliases = {"primary": "first", "secondary": "second", "witness": "third"}
        if module == "events":
            del aliases["witness"]
        call = {
            "source": os.path.relpath(REPOSITORY / "modules" / module, self.directory),
            "providers": {f"aws.{alias}": f"aws.{name}" for alias, name in aliases.items()},
            **arguments,
            **(meta or {}),
        }
        (self.directory / "call.tf.json").write_text(json.dumps({"module": {"under_test": call}}))
        test = tftest.TerraformTest(str(self.directory), env=self.environment)
        if module not in self.initialized:
            test.setup(cleanup_on_exit=False)
            self.initialized.add(module)
        return test.plan(output=True, tf_vars={"regions": json.dumps(list(regions))})


@pytest.fixture(scope="session")
def terraform_environment(tmp_path_factory):
    binary = find_terraform(os.environ)
    source = choose(os.environ, platform=binary.platform, folder=tmp_path_factory.mktemp("terraform"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return {**kept, "TF_CLI_CONFIG_FILE": str(source.configuration), "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """Any file does: a plan hashes the package and does not open it."""
    file = tmp_path_factory.mktemp("package") / "package.zip"
    file.write_bytes(b"not opened by a plan")
    return {"filename": str(file)}


@pytest.fixture(scope="session")
def root(tmp_path_factory, terraform_environment):
    """One folder for all plans: it is initialized once for each module."""
    directory = tmp_path_factory.mktemp("root")
    shutil.copy(Path(__file__).parent / "root" / "main.tf", directory)
    return Root(directory, terraform_environment)
