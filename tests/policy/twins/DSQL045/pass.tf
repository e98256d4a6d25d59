resource "aws_cloudwatch_event_bus_policy" "all" {
  provider = aws.primary

  event_bus_name = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "events:PutEvents"
      Principal = { AWS = "arn:aws:iam::123456789012:role/forward" }
      Resource  = "arn:aws:events:us-east-1:123456789012:event-bus/orders"
    }]
  })
}
