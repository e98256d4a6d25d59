# expect: aws_dsql_cluster.primary

resource "aws_kms_key" "secondary" {
  provider = aws.secondary

  enable_key_rotation = true
}

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = aws_kms_key.secondary.arn
  tags                        = { Name = "primary" }
}
