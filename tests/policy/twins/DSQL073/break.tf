# expect: aws_lambda_function.one

resource "aws_lambda_function" "one" {
  provider = aws.primary

  function_name = "orders-one"
  role          = "arn:aws:iam::123456789012:role/orders-one"
  handler       = "one.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"

  reserved_concurrent_executions = 0

  environment {
    variables = { PGHOST = "a1.dsql.us-east-1.on.aws" }
  }
}
