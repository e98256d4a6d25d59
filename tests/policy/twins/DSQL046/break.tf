# expect: aws_lambda_permission.receive

resource "aws_lambda_permission" "receive" {
  provider = aws.primary

  statement_id  = "receive"
  action        = "lambda:InvokeFunction"
  function_name = "orders-consumer"
  principal     = "events.amazonaws.com"
}
