# expect: aws_cloudwatch_event_target.consumer

resource "aws_sqs_queue" "lost" {
  provider = aws.secondary

  name = "lost"
}

resource "aws_cloudwatch_event_target" "consumer" {
  provider = aws.primary

  rule = "receive"
  arn  = "arn:aws:lambda:us-east-1:123456789012:function:orders-consumer"

  dead_letter_config {
    arn = aws_sqs_queue.lost.arn
  }
}
