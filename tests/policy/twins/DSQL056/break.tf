# expect: aws_sqs_queue.lost

resource "aws_sqs_queue" "lost" {
  provider = aws.primary

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
