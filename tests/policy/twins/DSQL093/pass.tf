resource "aws_cloudwatch_metric_alarm" "conflicts" {
  provider = aws.primary

  alarm_name          = "conflicts"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "OccConflicts"
  namespace           = "AWS/AuroraDSQL"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  dimensions          = { ClusterId = "abc" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]

}
