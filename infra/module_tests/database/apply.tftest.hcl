# What is known only after an apply, on mocked providers: no account, no call, nothing is created.
# Run it in this module's folder: terraform init && terraform test
# `link_method = "provider"`, because mocks do not keep the shell step of "aws-cli" from running.

mock_provider "aws" {
  alias = "primary"

  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }

  mock_resource "aws_dsql_cluster" {
    defaults = {
      arn                       = "arn:aws:dsql:us-east-1:123456789012:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa"
      identifier                = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
      vpc_endpoint_service_name = "com.amazonaws.us-east-1.dsql-aaa4"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:123456789012:key/a" }
  }
}

mock_provider "aws" {
  alias = "secondary"

  mock_data "aws_region" {
    defaults = { id = "us-east-2" }
  }

  mock_resource "aws_dsql_cluster" {
    defaults = {
      arn                       = "arn:aws:dsql:us-east-2:123456789012:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb"
      identifier                = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
      vpc_endpoint_service_name = "com.amazonaws.us-east-2.dsql-bbb4"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-2:123456789012:key/b" }
  }
}

mock_provider "aws" {
  alias = "witness"

  mock_data "aws_region" {
    defaults = { id = "us-west-2" }
  }
}

variables {
  name        = "orders"
  link_method = "provider"
}

run "each_peering_joins_its_cluster_to_the_other_under_one_witness" {
  assert {
    condition     = aws_dsql_cluster_peering.primary[0].identifier == aws_dsql_cluster.primary.identifier && aws_dsql_cluster_peering.primary[0].clusters == toset([aws_dsql_cluster.secondary.arn])
    error_message = "The primary peering must be of the primary cluster and name the secondary one."
  }

  assert {
    condition     = aws_dsql_cluster_peering.secondary[0].identifier == aws_dsql_cluster.secondary.identifier && aws_dsql_cluster_peering.secondary[0].clusters == toset([aws_dsql_cluster.primary.arn])
    error_message = "The secondary peering must be of the secondary cluster and name the primary one."
  }

  assert {
    condition     = toset([aws_dsql_cluster_peering.primary[0].witness_region, aws_dsql_cluster_peering.secondary[0].witness_region, aws_dsql_cluster.primary.multi_region_properties[0].witness_region]) == toset(["us-west-2"])
    error_message = "Both clusters and both peerings must have the one witness."
  }

  assert {
    condition     = output.regions.secondary.endpoint == "bbbbbbbbbbbbbbbbbbbbbbbbbb.dsql.us-east-2.on.aws"
    error_message = "The endpoint is <identifier>.dsql.<Region>.on.aws, got ${output.regions.secondary.endpoint}."
  }

  assert {
    condition     = output.vpc_endpoint_service_names.primary == "com.amazonaws.us-east-1.dsql-aaa4"
    error_message = "The service's name is the cluster's own, got ${output.vpc_endpoint_service_names.primary}."
  }
}

run "each_cluster_takes_the_key_of_its_region" {
  variables {
    encryption = {}
  }

  assert {
    condition     = aws_dsql_cluster.primary.kms_encryption_key == aws_kms_key.primary[0].arn && aws_dsql_cluster.secondary.kms_encryption_key == aws_kms_key.secondary[0].arn
    error_message = "A cluster is not on the key of its Region."
  }
}

run "without_encryption_the_clusters_return_to_the_key_of_aws" {
  assert {
    condition     = aws_dsql_cluster.primary.kms_encryption_key == "AWS_OWNED_KMS_KEY"
    error_message = "An absent argument would keep the old key, which is scheduled for deletion."
  }
}

run "two_clusters_in_one_region_are_refused" {
  command = plan

  override_data {
    target = data.aws_region.secondary
    values = { id = "us-east-1" }
  }

  expect_failures = [aws_dsql_cluster.primary, aws_dsql_cluster.secondary]
}
