# expect: aws_cloudwatch_event_target.primary

resource "aws_cloudwatch_event_bus" "primary" {
  provider = aws.primary

  name = "orders"
}

resource "aws_cloudwatch_event_bus" "secondary" {
  provider = aws.secondary

  name = "orders"
}

resource "aws_cloudwatch_event_target" "primary" {
  provider = aws.primary

  event_bus_name = aws_cloudwatch_event_bus.primary.name
  rule           = "forward"
  arn            = aws_cloudwatch_event_bus.secondary.arn
  role_arn       = "arn:aws:iam::123456789012:role/orders-forward"
}
