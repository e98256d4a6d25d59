# expect: aws_sqs_queue.lost

resource "aws_sqs_queue" "lost" {
  provider = aws.primary

  name = "lost"
}

resource "aws_cloudwatch_event_target" "out" {
  provider = aws.primary

  arn  = "arn:aws:lambda:us-east-1:123456789012:function:orders"
  rule = "orders"

  dead_letter_config {
    arn = aws_sqs_queue.lost.arn
  }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  provider = aws.primary

  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  dimensions          = { FunctionName = "orders" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]

}
