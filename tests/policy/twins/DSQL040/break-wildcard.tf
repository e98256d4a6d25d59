# expect: aws_iam_role_policy.api

resource "aws_iam_role_policy" "api" {
  provider = aws.primary

  name = "work"
  role = "orders-api"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dsql:Db*"
      Resource = "arn:aws:dsql:us-east-1:123456789012:cluster/a1b2c3"
    }]
  })
}
