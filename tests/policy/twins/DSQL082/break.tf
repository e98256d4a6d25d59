# expect: aws_apigatewayv2_stage.all

resource "aws_apigatewayv2_stage" "all" {
  provider = aws.primary

  api_id = "a1"
  name   = "$default"

  default_route_settings {
    throttling_burst_limit = 200
    throttling_rate_limit  = 100
  }

}
