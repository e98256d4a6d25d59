import os
from pathlib import Path

import pytest

from delivery.errors import ToolMissingError
from delivery.toolchain import find_terraform, parse_version


def program(folder: Path, name: str, prints: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\ncat <<'END'\n{prints}\nEND\n")
    file.chmod(0o755)
    return file


def terraform(folder: Path, version: str) -> Path:
    return program(folder, "terraform", f'{{"terraform_version": "{version}", "platform": "linux_amd64"}}')


def on_path(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_terraform_is_found_on_path(tmp_path):
    found = find_terraform(on_path(terraform(tmp_path, "1.9.0").parent))
    assert (found.path, found.version, found.platform) == (tmp_path / "terraform", (1, 9, 0), "linux_amd64")


def test_the_variable_names_another_terraform(tmp_path):
    terraform(tmp_path / "path", "1.9.0")
    other = terraform(tmp_path / "other", "1.12.1")
    assert find_terraform({**on_path(tmp_path / "path"), "TERRAFORM": str(other)}).version == (1, 12, 1)


def test_an_old_terraform_is_refused_with_the_cure(tmp_path):
    file = terraform(tmp_path, "1.8.5")
    with pytest.raises(ToolMissingError) as raised:
        find_terraform(on_path(tmp_path))
    assert str(raised.value).startswith(
        f"{file} is Terraform 1.8.5, too old; install Terraform 1.9 or later from https://"
    )


def test_no_terraform_is_refused_with_the_cure(tmp_path):
    with pytest.raises(ToolMissingError, match=r"no Terraform on PATH: looked for 'terraform'; install Terraform 1\.9"):
        find_terraform({"PATH": str(tmp_path)})


def test_a_variable_that_names_nothing_is_told(tmp_path):
    with pytest.raises(ToolMissingError, match="TERRAFORM names no program: looked for '/absent/terraform'"):
        find_terraform({"PATH": os.defpath, "TERRAFORM": "/absent/terraform"})


def test_a_program_that_is_no_terraform_is_told(tmp_path):
    program(tmp_path, "terraform", "hello")
    with pytest.raises(ToolMissingError, match="does not answer `terraform version -json`"):
        find_terraform(on_path(tmp_path))


def test_versions_with_a_suffix_are_read():
    assert parse_version("1.12.0-beta1") == (1, 12, 0)
    assert parse_version("1.9") == (1, 9, 0)
