resource "aws_kms_key" "primary" {
  provider = aws.primary

  enable_key_rotation = true
}

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = aws_kms_key.primary.arn
  tags                        = { Name = "primary" }
}
