# expect: aws_apigatewayv2_route.write_2

resource "aws_apigatewayv2_route" "write" {
  provider = aws.primary

  api_id             = "a1"
  route_key          = "POST /transactions"
  authorization_type = "AWS_IAM"
}

resource "aws_apigatewayv2_route" "write_2" {
  provider = aws.secondary

  api_id             = "a1"
  route_key          = "POST /transactions"
  authorization_type = "JWT"
}
