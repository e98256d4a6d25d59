# expect: aws_iam_role_policy.api

resource "aws_iam_role_policy" "api" {
  provider = aws.primary

  name = "work"
  role = "orders-api"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dsql:DbConnect"
      Resource = "*"
    }]
  })
}
