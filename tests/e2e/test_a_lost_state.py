"""The state file is lost, everything else is there."""

import json

import pytest

from delivery import recovery
from delivery.kinds import KINDS, WITHOUT_IMPORT
from delivery.stack import Stack
from ops.aws import Aws

from .conftest import REPOSITORY
from .examples import prepare

pytestmark = pytest.mark.e2e
# What hangs on an API's id, or on the names that a certificate and a custom domain get from AWS.
LATER = {f"aws_apigatewayv2_{part}" for part in ("api_mapping", "authorizer", "integration", "route", "stage")} | {
    "aws_route53_record"
}


def kind(address):
    return address.removeprefix("module.application.").split(".")[0]


def test_a_lost_state_is_found_again_by_names_and_tags(deployed, tmp_path):
    # A state of its own that is empty: as after the loss of the file.
    options = f"-backend-config=path={tmp_path / 'default'} -backend-config=workspace_dir={tmp_path / 'more'}"
    environment = {**deployed.environment, "TF_CLI_ARGS_init": options}
    stack = Stack(REPOSITORY, environment, lambda _: None, output=tmp_path / "cdktf.out", build=tmp_path / "terraform")
    stack.synthesize()
    stack.prepare()
    found = dict(stack.lost())
    there = {address for address in deployed.stack.terraform.addresses() if kind(address) in KINDS}
    assert set(found) <= there
    assert {kind(address) for address in there - set(found)} <= LATER
    assert recovery.opens_more(found)
    clusters = {side.cluster_identifier for side in deployed.deployment.sides}
    assert {found[f"module.application.aws_dsql_cluster.{side}"] for side in ("primary", "secondary")} == clusters


def test_every_kind_of_resource_is_found_and_terraform_imports_it(applied, package_settings, surroundings, tmp_path):
    """With import blocks instead of two hundred commands: one plan then imports all that was found."""
    blank = prepare(tmp_path, "complete", package_settings, surroundings)
    client, said, found = Aws(package_settings).client, [], {}
    while more := dict(recovery.missing(plan := blank.plan(), client, said.append)):
        assert not more.keys() & found.keys(), "an import block did not import"
        found |= more
        blocks = [f"import {{\n  to = {address}\n  id = {json.dumps(id_)}\n}}\n" for address, id_ in found.items()]
        (blank.directory / "imports.tf").write_text("\n".join(blocks))
    assert said == []
    ours = [address for address in applied["complete"].addresses() if address.startswith("module.application.")]
    assert {address for address in found if address in ours} == {one for one in ours if kind(one) not in WITHOUT_IMPORT}
    changes = {one["address"]: one["change"]["actions"] for one in plan.document["resource_changes"]}
    made = {kind(address) for address, actions in changes.items() if address in ours and actions == ["create"]}
    assert made <= set(WITHOUT_IMPORT)
    assert not [address for address, actions in changes.items() if "delete" in actions]
