# expect: aws_cloudwatch_event_rule.forward

resource "aws_cloudwatch_event_rule" "forward" {
  provider = aws.primary

  name           = "forward"
  event_bus_name = "orders"
  event_pattern  = jsonencode({ source = ["orders"] })
}

resource "aws_cloudwatch_event_target" "there" {
  provider = aws.primary

  event_bus_name = "orders"
  rule           = aws_cloudwatch_event_rule.forward.name
  arn            = "arn:aws:events:us-east-2:123456789012:event-bus/orders"
  role_arn       = "arn:aws:iam::123456789012:role/orders-forward"
}
