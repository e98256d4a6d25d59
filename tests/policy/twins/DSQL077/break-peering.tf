# expect: aws_lambda_invocation.migration

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_dsql_cluster" "secondary" {
  provider = aws.secondary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "secondary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_dsql_cluster_peering" "primary" {
  provider = aws.primary

  clusters       = [aws_dsql_cluster.secondary.arn]
  identifier     = aws_dsql_cluster.primary.identifier
  witness_region = "us-west-2"
}

resource "aws_dsql_cluster_peering" "secondary" {
  provider = aws.secondary

  clusters       = [aws_dsql_cluster.primary.arn]
  identifier     = aws_dsql_cluster.secondary.identifier
  witness_region = "us-west-2"
}

resource "aws_lambda_invocation" "migration" {
  provider = aws.primary

  function_name = "orders-migrate"
  input         = "{}"
  depends_on    = [aws_dsql_cluster_peering.primary]
}
