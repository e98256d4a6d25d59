# expect: aws_cloudwatch_event_target.consumer

resource "aws_cloudwatch_event_target" "consumer" {
  provider = aws.primary

  event_bus_name = "orders"
  rule           = "receive"
  target_id      = "consumer"
  arn            = "arn:aws:lambda:us-east-1:123456789012:function:orders-consumer"

  dead_letter_config {
    arn = "arn:aws:sqs:us-east-1:123456789012:undelivered"
  }

  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 185
  }
}
