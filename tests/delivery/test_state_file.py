"""A state that a kill cut off, with the real Terraform: it truncates and rewrites its file after each resource."""

import json
import os

import pytest

from delivery import state_file
from delivery.terraform import Terraform
from delivery.toolchain import find_terraform

ROOT = {
    "terraform": {"backend": {"local": {"path": "kept/terraform.tfstate", "workspace_dir": "kept/more"}}},
    "variable": {"more": {"default": False}},
    "resource": {
        "terraform_data": {"first": {"input": "kept"}, "second": {"input": "kept", "count": "${var.more ? 1 : 0}"}}
    },
}
FILES = {"default": "kept/terraform.tfstate", "blue": "kept/more/blue/terraform.tfstate"}


@pytest.fixture(params=sorted(FILES))
def terraform(request, tmp_path):
    """One resource applied, then a second one; so the backup knows the first alone."""
    (tmp_path / "main.tf.json").write_text(json.dumps(ROOT))
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "TF_WORKSPACE": request.param}
    made = Terraform(tmp_path, environment, find_terraform(environment).path, tmp_path / "logs")
    made.init()
    made.apply()
    made.apply(variables={"more": "true"})
    assert made.addresses() == ["terraform_data.first", "terraform_data.second[0]"]
    return made


def file_of(terraform):
    return terraform.directory / FILES[terraform.workspace]


def mended(terraform):
    lines = []
    state_file.mend(terraform, lines.append)
    terraform.init()
    return lines


def test_a_whole_state_is_left_alone(terraform):
    before = file_of(terraform).read_bytes()
    assert mended(terraform) == []
    assert file_of(terraform).read_bytes() == before


@pytest.mark.parametrize(("share", "word"), [(0, "emptied"), (0.5, "cut off")])
def test_a_cut_state_goes_on_from_its_backup(terraform, share, word):
    file = file_of(terraform)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    assert mended(terraform) == [
        f"terraform.tfstate was {word} by a kill; going on from its backup, terraform.tfstate.backup"
    ]
    assert terraform.addresses() == ["terraform_data.first"]
    assert file.with_name("terraform.tfstate.cut").read_bytes() == whole[: int(share * len(whole))]


@pytest.mark.parametrize("backup", [None, b"", b'{"version": 4, "terraf'])
def test_without_a_whole_backup_the_cut_state_is_kept_and_said(terraform, backup):
    file = file_of(terraform)
    cut = file.read_bytes()[:300]
    file.write_bytes(cut)
    if backup is None:
        file.with_name("terraform.tfstate.backup").unlink()
    else:
        file.with_name("terraform.tfstate.backup").write_bytes(backup)
    assert mended(terraform) == [
        "terraform.tfstate was cut off by a kill and has no backup; it is kept as terraform.tfstate.cut"
    ]
    assert terraform.addresses() == []
    assert file.with_name("terraform.tfstate.cut").read_bytes() == cut


def test_an_empty_state_before_a_first_apply_is_none(terraform):
    file = file_of(terraform)
    file.write_bytes(b"")
    file.with_name("terraform.tfstate.backup").unlink()
    assert mended(terraform) == []
    assert terraform.addresses() == []
