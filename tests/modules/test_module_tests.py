"""`terraform test` in each module's folder, as a consumer runs it: mocked providers, no account, nothing created."""

import os
import shutil
import subprocess

import pytest

from delivery.toolchain import find_terraform

from . import planning


@pytest.mark.parametrize("module", ["application", "database", "events"])
def test_a_modules_own_tests_pass_in_its_folder(tmp_path, terraform_environment, module):
    folder = tmp_path / module
    shutil.copytree(planning.REPOSITORY / "modules" / module, folder)
    program = find_terraform(os.environ).path
    options = {"cwd": folder, "env": terraform_environment, "capture_output": True, "text": True}
    subprocess.run([program, "init", "-input=false"], check=True, **options)
    done = subprocess.run([program, "test", "-no-color"], check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    assert "0 passed" not in done.stdout
