"""Both ways to link the pair, applied on the embedded cloud through modules/database alone."""

import dataclasses
import json
import os
from pathlib import Path

import pytest

from delivery.providers import choose
from delivery.terraform import Terraform, TerraformError, quiet_environment
from delivery.toolchain import find_terraform
from ops.aws import Aws

from .examples import REPOSITORY

pytestmark = pytest.mark.e2e
ROOT = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  alias  = "first"
  region = "us-east-1"
}
provider "aws" {
  alias  = "second"
  region = "us-east-2"
}
provider "aws" {
  alias  = "third"
  region = "us-west-2"
}
variable "encryption" {
  type    = any
  default = null
}
variable "link_method" { default = "aws-cli" }
module "pair" {
  source              = "%s"
  name                = "%s"
  deletion_protection = false
  encryption          = var.encryption
  link_method         = var.link_method
  providers           = { aws.primary = aws.first, aws.secondary = aws.second, aws.witness = aws.third }
}
output "regions" { value = module.pair.regions }
"""


def called(folder, name, cloud_environment):
    """A Terraform on a root of its own that calls modules/database."""
    source = os.path.relpath(REPOSITORY / "modules" / "database", folder)
    (folder / "main.tf").write_text(ROOT % (source, name))
    environment = {
        key: value for key, value in cloud_environment.items() if key not in ("TF_CLI_ARGS_init", "TF_WORKSPACE")
    }
    binary = find_terraform(environment)
    chosen = choose(environment, platform=binary.platform, folder=folder / "build")
    terraform = Terraform(folder, quiet_environment(environment, chosen.configuration), binary.path, folder / "build")
    terraform.init()
    return terraform


@pytest.fixture(scope="module")
def pair(cloud_environment, tmp_path_factory):
    """The pair that all of these tests but one go on with; each applies what it is about."""
    terraform = called(tmp_path_factory.mktemp("pair"), "pair", cloud_environment)
    yield terraform
    terraform.destroy()


@pytest.fixture
def blind(tmp_path, cloud_environment):
    """A Terraform whose link step finds no AWS CLI, and that nothing was applied with."""
    terraform = called(tmp_path, "blind", cloud_environment)
    environment = {**terraform.environment, "PATH": without_aws_cli(tmp_path / "tools")}
    yield dataclasses.replace(terraform, environment=environment)
    terraform.destroy()


def linked(terraform, cloud_environment):
    """Whether both clusters are ACTIVE and list each other, as AWS tells it."""
    regions = terraform.output()["regions"]
    aws = Aws(cloud_environment)
    arns = {found["cluster_arn"] for found in regions.values()}
    clusters = [
        aws.client("dsql", found["region"]).get_cluster(identifier=found["cluster_identifier"])
        for found in regions.values()
    ]
    return all(
        cluster["status"] == "ACTIVE" and set(cluster["multiRegionProperties"]["clusters"]) == arns
        for cluster in clusters
    )


@pytest.mark.parametrize("method", ["provider", "aws-cli"])
def test_a_pair_is_linked_anew_and_moves_to_the_aws_cli_without_drift(pair, cloud_environment, method):
    pair.apply(variables={"link_method": method})
    assert linked(pair, cloud_environment)
    assert not pair.plan(variables={"link_method": method}).changes


def test_encryption_on_and_off_never_leaves_a_cluster_on_a_key_that_goes(pair, cloud_environment):
    pair.apply(variables={"encryption": "{}"})
    key = encryption(pair, cloud_environment)
    assert key["encryptionType"] == "CUSTOMER_MANAGED_KMS_KEY"
    assert not pair.plan(variables={"encryption": "{}"}).changes
    order = []
    pair.apply(on_progress=lambda progress: order.append((progress.address, progress.state)))
    assert encryption(pair, cloud_environment)["encryptionType"] == "AWS_OWNED_KMS_KEY"
    position = {address.split(".", 2)[-1]: index for index, (address, _) in enumerate(order)}
    for side in ("primary", "secondary"):
        assert position[f"aws_dsql_cluster.{side}"] < position[f"aws_kms_key.{side}[0]"]
    assert not pair.plan().changes


def encryption(terraform, cloud_environment):
    found = terraform.output()["regions"]["primary"]
    client = Aws(cloud_environment).client("dsql", found["region"])
    return client.get_cluster(identifier=found["cluster_identifier"])["encryptionDetails"]


def test_a_pair_deleted_by_hand_comes_back_linked(pair, cloud_environment):
    pair.apply()
    lost = pair.output()["regions"].values()
    clients = {found["cluster_identifier"]: Aws(cloud_environment).client("dsql", found["region"]) for found in lost}
    for identifier, client in clients.items():
        client.delete_cluster(identifier=identifier)
    for identifier, client in clients.items():
        client.get_waiter("cluster_not_exists").wait(identifier=identifier, WaiterConfig={"Delay": 1})
    pair.apply()
    assert not clients.keys() & {found["cluster_identifier"] for found in pair.output()["regions"].values()}
    assert linked(pair, cloud_environment)
    assert not pair.plan().changes


def without_aws_cli(folder):
    """A search path that has what the system's folders have, except for an AWS CLI."""
    folder.mkdir()
    for system in ("/usr/bin", "/bin"):
        for tool in Path(system).iterdir():
            if not tool.name.startswith("aws") and not (folder / tool.name).exists():
                (folder / tool.name).symlink_to(tool)
    return str(folder)


def test_a_failed_link_names_both_clusters_and_the_cure(blind, cloud_environment):
    with pytest.raises(TerraformError) as failed:
        blind.apply()
    said = " ".join(str(failed.value).split())
    assert "the AWS CLI is not installed where Terraform runs" in said
    assert 'set link_method = "provider"' in said
    assert json.dumps(said).count("in us-east-") >= 2
    dataclasses.replace(blind, environment={**blind.environment, "PATH": cloud_environment["PATH"]}).apply()
    assert linked(blind, cloud_environment)
