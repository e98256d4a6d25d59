# expect: aws_sns_topic.all

resource "aws_sns_topic" "all" {
  provider = aws.primary

  name = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Principal = { AWS = "*" }
      Resource  = "arn:aws:sns:us-east-1:123456789012:orders"
    }]
  })
}
