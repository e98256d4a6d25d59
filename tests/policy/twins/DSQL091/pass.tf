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
