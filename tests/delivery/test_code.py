import json

import pytest

from delivery import code
from delivery.code import VARIABLE, chosen, package_environment
from delivery.package import Package

LOCAL = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}


@pytest.fixture
def built(monkeypatch):
    """Builds nothing, and keeps what was asked for."""
    asked: list[tuple[str, str, str]] = []
    monkeypatch.setattr(
        code, "build", lambda file, python, architecture: asked.append((file.name, python, architecture))
    )
    return asked


def test_aws_gets_the_stacks_own_default_and_no_path_of_this_machine(tmp_path, built):
    assert package_environment({"A": "b"}, tmp_path) == {"A": "b"}
    assert built == [("transactions-python3.13-arm64.zip", "3.13", "arm64")]


def test_the_embedded_cloud_gets_a_package_for_this_machine(tmp_path, built):
    environment = package_environment(LOCAL, tmp_path)
    assert environment[VARIABLE] == Package.for_this_machine(tmp_path).variable()
    assert [name for name, *_ in built] == [Package.for_this_machine(tmp_path).filename.name]


def test_what_make_env_named_is_built_too(tmp_path, built):
    named = Package.for_this_machine(tmp_path).variable()
    assert package_environment({**LOCAL, VARIABLE: named}, tmp_path)[VARIABLE] == named
    assert len(built) == 1


def test_a_package_of_the_users_own_stays_as_it_is(tmp_path, built):
    own = json.dumps({"filename": "/somewhere/own.zip", "runtime": "python3.12", "architecture": "arm64"})
    assert package_environment({VARIABLE: own}, tmp_path) == {VARIABLE: own}
    assert built == []


@pytest.mark.parametrize("value", ['{ filename = "x.zip" }', "{}", "3"])
def test_what_only_terraform_can_read_is_left_to_terraform(tmp_path, value):
    assert chosen({VARIABLE: value}, tmp_path) is None


def test_a_destroy_takes_the_package_that_is_there(tmp_path, built):
    Package.default(tmp_path).filename.touch()
    package_environment({}, tmp_path, fresh=False)
    assert built == []
