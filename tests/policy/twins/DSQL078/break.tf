# expect: aws_cloudwatch_log_group.one

resource "aws_cloudwatch_log_group" "one" {
  provider = aws.primary

  name = "/aws/lambda/orders-one"
}
