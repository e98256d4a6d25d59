resource "aws_lambda_function" "primary" {
  provider = aws.primary

  function_name = "orders-migrate"
  role          = "arn:aws:iam::123456789012:role/orders-migrate"
  handler       = "migrate.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"
}

resource "aws_lambda_function" "secondary" {
  provider = aws.secondary

  function_name = "orders-migrate"
  role          = "arn:aws:iam::123456789012:role/orders-migrate"
  handler       = "migrate.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"
}

resource "aws_lambda_invocation" "primary" {
  provider = aws.primary

  function_name = aws_lambda_function.primary.function_name
  input         = "{}"
}
