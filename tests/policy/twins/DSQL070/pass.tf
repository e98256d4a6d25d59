resource "aws_lambda_function" "one" {
  provider = aws.primary

  function_name = "orders-one"
  role          = "arn:aws:iam::123456789012:role/orders-one"
  handler       = "one.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"

  environment {
    variables = { PGHOST = "a1.dsql.us-east-1.on.aws" }
  }
}

resource "aws_cloudwatch_event_target" "one" {
  provider = aws.primary

  rule = "receive"
  arn  = aws_lambda_function.one.arn
}

resource "aws_lambda_function_event_invoke_config" "one" {
  provider = aws.primary

  function_name = aws_lambda_function.one.function_name

  destination_config {
    on_failure {
      destination = "arn:aws:sqs:us-east-1:123456789012:failed"
    }
  }
}
