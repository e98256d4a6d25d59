# expect: aws_apigatewayv2_stage.all

resource "aws_apigatewayv2_stage" "all" {
  provider = aws.primary

  api_id = "a1"
  name   = "$default"

  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:api"
    format          = "$context.requestId"
  }

}
