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

resource "terraform_data" "link" {
  triggers_replace = [aws_dsql_cluster.primary.identifier, aws_dsql_cluster.secondary.identifier]
}

resource "aws_lambda_invocation" "migration" {
  provider = aws.primary

  function_name = "orders-migrate"
  input         = "{}"
}
