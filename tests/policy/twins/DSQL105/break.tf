# expect: aws_sqs_queue.lost

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary", Application = "orders" }
}

resource "aws_sqs_queue" "lost" {
  provider = aws.primary

  name = "lost"
}
