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

resource "aws_cloudwatch_metric_alarm" "waiting" {
  provider = aws.primary

  alarm_name          = "waiting"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "ApproximateNumberOfMessagesVisible"
  namespace           = "AWS/SQS"
  period              = 60
  statistic           = "Sum"
  threshold           = 0
  dimensions          = { QueueName = aws_sqs_queue.lost.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:ops"]

}
