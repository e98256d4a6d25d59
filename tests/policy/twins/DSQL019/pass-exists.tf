# after: DSQL019/pass

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_dsql_cluster_peering" "primary" {
  provider = aws.primary

  clusters       = ["arn:aws:dsql:us-east-2:123456789012:cluster/secondary"]
  identifier     = aws_dsql_cluster.primary.identifier
  witness_region = "us-west-2"
}
