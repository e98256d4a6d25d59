# expect: aws_lambda_function_url.open

resource "aws_lambda_function_url" "open" {
  provider = aws.primary

  function_name      = "orders"
  authorization_type = "NONE"
}
