resource "aws_apigatewayv2_api" "all" {
  provider = aws.primary

  name          = "orders"
  protocol_type = "HTTP"

  cors_configuration {
    allow_origins = ["https://orders.example.com"]
  }
}
