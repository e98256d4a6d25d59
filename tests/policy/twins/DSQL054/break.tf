# expect: aws_cloudwatch_event_rule.forward

resource "aws_cloudwatch_event_rule" "forward" {
  provider = aws.primary

  name           = "forward"
  event_bus_name = "orders"
  event_pattern  = jsonencode({ source = ["dsql.application"], region = ["us-east-1"] })
  state          = "DISABLED"
}
