"""One plan for all inventories, one for all refusals, shared by the session."""

import pytest

from . import planning
from .inventory import Planned, cases


@pytest.fixture(scope="session")
def terraform_environment(tmp_path_factory):
    return planning.environment(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def package_file(tmp_path_factory):
    """Any file does: a plan hashes the package and does not open it."""
    file = tmp_path_factory.mktemp("package") / "package.zip"
    file.write_bytes(b"not opened by a plan")
    return file


@pytest.fixture(scope="session")
def package(package_file):
    return {"filename": str(package_file)}


@pytest.fixture(scope="session")
def planned(tmp_path_factory, terraform_environment, package_file):
    """The plan of a root with a call for each case of the inventory."""
    return Planned(tmp_path_factory.mktemp("root"), terraform_environment, package_file, cases().values())
