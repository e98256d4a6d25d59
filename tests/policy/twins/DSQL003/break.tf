# expect: aws_dsql_cluster.primary
# set: aws_dsql_cluster.primary {"force_destroy": true}

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }
}
