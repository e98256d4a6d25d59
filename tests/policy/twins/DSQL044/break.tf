# expect: aws_iam_role.one

resource "aws_iam_role" "one" {
  provider = aws.primary

  name = "orders-one"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = "*"
    }]
  })
}
