resource "aws_apigatewayv2_route" "write" {
  provider = aws.primary

  api_id             = "a1"
  route_key          = "POST /transactions"
  authorization_type = "AWS_IAM"
}

resource "aws_apigatewayv2_route" "preflight" {
  provider = aws.primary

  api_id             = "a1"
  route_key          = "OPTIONS /transactions"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_route" "health" {
  provider = aws.primary

  api_id             = "a1"
  route_key          = "GET /health/deep"
  authorization_type = "NONE"
}
