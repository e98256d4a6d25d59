# expect: aws_kms_key.services
# after: DSQL037/pass

resource "aws_lambda_function" "ours" {
  provider = aws.primary

  function_name = "ours"
  handler       = "ours.handler"
  role          = "arn:aws:iam::123456789012:role/ours"
  runtime       = "python3.13"
  s3_bucket     = "ours"
  s3_key        = "ours.zip"

  environment {
    variables = { FIELD_KEY_ARN = "off" }
  }
}
