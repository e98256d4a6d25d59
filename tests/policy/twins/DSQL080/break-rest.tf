# expect: aws_api_gateway_method.open

resource "aws_api_gateway_method" "open" {
  provider = aws.primary

  rest_api_id   = "a1"
  resource_id   = "r1"
  http_method   = "POST"
  authorization = "NONE"
}
