resource "aws_iam_role_policy" "api" {
  provider = aws.primary

  name = "work"
  role = "orders-api"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dsql:DbConnect"
      Resource = "arn:aws:dsql:us-east-1:123456789012:cluster/a1b2c3"
    }]
  })
}

resource "aws_iam_role_policy" "migrate" {
  provider = aws.primary

  name = "work"
  role = "orders-migrate"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dsql:DbConnectAdmin"
      Resource = "arn:aws:dsql:us-east-1:123456789012:cluster/a1b2c3"
    }]
  })
}
