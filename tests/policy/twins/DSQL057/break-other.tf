# expect: aws_cloudwatch_event_target.one

resource "aws_lambda_function" "one" {
  provider = aws.primary

  function_name = "orders-one"
  role          = "arn:aws:iam::123456789012:role/orders-one"
  handler       = "one.handler"
  runtime       = "python3.13"
  s3_bucket     = "packages"
  s3_key        = "one.zip"
}

resource "aws_cloudwatch_event_target" "one" {
  provider = aws.primary

  rule = "receive"
  arn  = aws_lambda_function.one.arn
}

resource "aws_lambda_permission" "one" {
  provider = aws.primary

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.one.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = "arn:aws:sns:us-east-1:123456789012:rule/receive"
}
