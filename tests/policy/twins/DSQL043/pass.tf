resource "aws_iam_role_policy" "api" {
  provider = aws.primary

  name = "work"
  role = "orders-api"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "events:PutEvents"
      Resource = "arn:aws:events:us-east-1:123456789012:event-bus/orders"
    }]
  })
}

resource "aws_iam_role_policy" "lists" {
  provider = aws.primary

  name = "work"
  role = "orders-lists"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:DescribeLogGroups", "xray:PutTraceSegments"]
      Resource = "*"
    }]
  })
}
