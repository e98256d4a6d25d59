resource "aws_apigatewayv2_stage" "all" {
  provider = aws.primary

  api_id = "a1"
  name   = "$default"

  default_route_settings {
    throttling_burst_limit = 200
    throttling_rate_limit  = 100
  }
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:api"
    format          = "$context.requestId"
  }

}
