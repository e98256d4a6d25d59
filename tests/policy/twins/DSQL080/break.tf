# expect: aws_apigatewayv2_route.write

resource "aws_apigatewayv2_route" "write" {
  provider = aws.primary

  api_id             = "a1"
  route_key          = "POST /transactions"
  authorization_type = "NONE"
}
