# expect: aws_kms_key.services
# after: DSQL036/pass

resource "aws_cloudwatch_log_group" "ours" {
  provider = aws.primary

  name              = "ours"
  retention_in_days = 30
}

resource "aws_sqs_queue" "ours" {
  provider = aws.primary

  name = "ours"
}

resource "aws_sns_topic" "ours" {
  provider = aws.primary

  name              = "ours"
  kms_master_key_id = "alias/services"
}

resource "aws_lambda_function" "ours" {
  provider = aws.primary

  function_name = "ours"
  handler       = "ours.handler"
  role          = "arn:aws:iam::123456789012:role/ours"
  runtime       = "python3.13"
  s3_bucket     = "ours"
  s3_key        = "ours.zip"
}
