# expect: root
# environment: TF_CLI_ARGS=-input=false -parallelism 1

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
