# expect: aws_scheduler_schedule.relay

resource "aws_scheduler_schedule" "relay" {
  provider = aws.primary

  name                = "relay"
  schedule_expression = "rate(1 minute)"
  state               = "DISABLED"

  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:lambda:us-east-1:123456789012:function:orders-relay"
    role_arn = "arn:aws:iam::123456789012:role/orders-schedule"
  }
}
