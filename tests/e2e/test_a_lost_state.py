"""The state file is lost, everything else is there."""

import pytest

from delivery import existing
from delivery.stack import Stack

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e


def test_a_lost_state_is_found_again_by_names_and_tags(deployed, tmp_path):
    # A state of its own that is empty: as after the loss of the file.
    options = f"-backend-config=path={tmp_path / 'default'} -backend-config=workspace_dir={tmp_path / 'more'}"
    environment = {**deployed.environment, "TF_CLI_ARGS_init": options}
    stack = Stack(REPOSITORY, environment, lambda _: None, output=tmp_path / "cdktf.out", build=tmp_path / "terraform")
    stack.synthesize()
    stack.prepare()
    found = dict(stack.lost())
    there = {
        address
        for address in deployed.stack.terraform.addresses()
        if address.removeprefix("module.application.").split(".")[0] in existing.KINDS
    }
    assert set(found) == there
    clusters = {side.cluster_identifier for side in deployed.deployment.sides}
    assert {found[f"module.application.aws_dsql_cluster.{side}"] for side in ("primary", "secondary")} == clusters
