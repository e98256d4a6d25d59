resource "aws_cloudwatch_log_group" "one" {
  provider = aws.primary

  name              = "/aws/lambda/orders-one"
  retention_in_days = 30
}
