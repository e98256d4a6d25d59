resource "aws_lambda_permission" "receive" {
  provider = aws.primary

  statement_id  = "receive"
  action        = "lambda:InvokeFunction"
  function_name = "orders-consumer"
  principal     = "events.amazonaws.com"
  source_arn    = "arn:aws:events:us-east-1:123456789012:rule/orders/receive"
}
