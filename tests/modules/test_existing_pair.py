"""A pair that exists: what a plan does with it while the Regions are unknown, and where the witness is another one."""

import json
import os
import subprocess

import pytest

from delivery.toolchain import find_terraform

from . import planning

SIDES = dict(zip(("primary", "secondary"), planning.REGIONS, strict=False))
SETS = {"united_states": [*planning.REGIONS, "us-west-1"]}
AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
BUILT_IN = 'provider["terraform.io/builtin/terraform"]'


def arn(side):
    return f"arn:aws:dsql:{SIDES[side]}:{planning.ACCOUNT}:cluster/{side}"


def cluster(side):
    other = next(one for one in SIDES if one != side)
    return {
        "arn": arn(side),
        "deletion_protection_enabled": True,
        "encryption_details": [{"encryption_status": "ENABLED", "encryption_type": "AWS_OWNED_KMS_KEY"}],
        "identifier": side,
        "kms_encryption_key": "AWS_OWNED_KMS_KEY",
        "multi_region_properties": [{"clusters": [arn(other)], "witness_region": planning.REGIONS[2]}],
        "tags": {"Name": f"orders-{side}"},
        "tags_all": {"Name": f"orders-{side}"},
        "vpc_endpoint_service_name": f"com.amazonaws.{SIDES[side]}.dsql-made",
    }


def peering(side):
    other = next(one for one in SIDES if one != side)
    return {"clusters": [arn(other)], "identifier": side, "witness_region": planning.REGIONS[2]}


def entry(address, provider, attributes, *, module=True, index=None):
    kind, _, name = address.partition(".")
    instance = {"schema_version": 0, "attributes": attributes} | ({} if index is None else {"index_key": index})
    place = {"module": "module.pair"} if module else {}
    return {**place, "mode": "managed", "type": kind, "name": name, "provider": provider, "instances": [instance]}


def state():
    """What an apply left: the pair, linked by the provider, and a step that the module waits for."""
    before = {"id": "made", "input": {"value": "first", "type": "string"}}
    resources = [entry("terraform_data.before", BUILT_IN, before | {"output": before["input"]}, module=False)]
    for side, region in SIDES.items():
        resources.append(entry(f"aws_dsql_cluster.{side}", f"{AWS}.{region}", cluster(side)))
        resources.append(entry(f"aws_dsql_cluster_peering.{side}", f"{AWS}.{region}", peering(side), index=0))
    return {"version": 4, "serial": 1, "lineage": "made", "outputs": {}, "resources": resources}


@pytest.fixture
def plan(tmp_path, terraform_environment, package_file):
    """`plan(step, regions, *options)` gives the actions of what exists by address, and what Terraform refused."""

    def run(step, regions, *options):
        given = {**planning.smallest("database", package_file), "link_method": "provider", "region_sets": SETS}
        call = planning.call(tmp_path, "database", given, regions)
        call["depends_on"] = ["terraform_data.before"]
        blocks = [{"resource": {"terraform_data": {"before": {"input": step}}}}]
        planning.write(tmp_path, {"pair": call}, blocks)
        (tmp_path / "terraform.tfstate").write_text(json.dumps(state()))
        program = find_terraform(os.environ).path
        told = {"cwd": tmp_path, "env": terraform_environment, "capture_output": True, "text": True}
        subprocess.run([program, "init", "-input=false"], check=True, **told)
        command = [program, "plan", "-input=false", "-json", "-refresh=false", "-out=saved", *options]
        done = subprocess.run(command, check=False, **told)
        said = [json.loads(line).get("diagnostic") for line in done.stdout.splitlines()]
        if done.returncode:
            return {}, [f"{one['summary']}: {one['detail']}" for one in said if one]
        shown = subprocess.run([program, "show", "-json", "saved"], check=True, **told).stdout
        changes = json.loads(shown)["resource_changes"]
        return {one["address"]: one["change"]["actions"] for one in changes if one["mode"] == "managed"}, []

    return run


PAIR = [f"module.pair.aws_dsql_cluster.{side}" for side in SIDES]
PEERINGS = [f"module.pair.aws_dsql_cluster_peering.{side}[0]" for side in SIDES]


def test_a_change_of_what_the_module_waits_for_leaves_the_clusters_and_their_link(plan):
    """Terraform reads the Regions again during such an apply, so that the plan does not know the witness."""
    actions, refused = plan("second", planning.REGIONS)
    assert refused == []
    assert actions["terraform_data.before"] == ["update"]
    touched = {address: actions[address] for address in (*PAIR, *PEERINGS) if actions[address] != ["no-op"]}
    assert not touched, "a replaced cluster is a new and empty one, and a peering has no update"


def test_another_witness_is_refused_and_not_taken_by_two_new_clusters(plan):
    _, refused = plan("first", (*SIDES.values(), "us-west-1"))
    said = "The witness of a cluster cannot change: it has us-west-2, and `aws.witness` is a provider of us-west-1."
    assert len(refused) == len(SIDES), refused
    assert all(said in one for one in refused), refused


def test_new_clusters_take_another_witness_where_that_is_asked(plan):
    actions, refused = plan("first", (*SIDES.values(), "us-west-1"), *(f"-replace={address}" for address in PAIR))
    assert refused == []
    assert {actions[address] == ["delete", "create"] for address in (*PAIR, *PEERINGS)} == {True}
