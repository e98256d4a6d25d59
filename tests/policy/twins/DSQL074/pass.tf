resource "aws_lambda_function" "primary" {
  provider = aws.primary

  function_name    = "orders-api"
  role             = "arn:aws:iam::123456789012:role/orders-api"
  handler          = "api.handler"
  runtime          = "python3.13"
  s3_bucket        = "packages"
  s3_key           = "one.zip"
  memory_size      = 512
  architectures    = ["arm64"]
  source_code_hash = "sha"
}

resource "aws_lambda_function" "secondary" {
  provider = aws.secondary

  function_name    = "orders-api"
  role             = "arn:aws:iam::123456789012:role/orders-api"
  handler          = "api.handler"
  runtime          = "python3.13"
  s3_bucket        = "packages"
  s3_key           = "one.zip"
  memory_size      = 512
  architectures    = ["arm64"]
  source_code_hash = "sha"
}
