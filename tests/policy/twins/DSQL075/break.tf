# expect: aws_lambda_function.one

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "primary" }
}

resource "aws_dsql_cluster" "secondary" {
  provider = aws.secondary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "secondary" }
}

resource "aws_lambda_function" "one" {
  provider = aws.primary

  function_name = "orders-one"
  role          = "arn:aws:iam::123456789012:role/orders-one"
  handler       = "one.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"

  environment {
    variables = { PGHOST = "${aws_dsql_cluster.secondary.identifier}.dsql.us-east-1.on.aws" }
  }
}
