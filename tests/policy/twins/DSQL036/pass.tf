resource "aws_kms_key" "services" {
  provider = aws.primary

  enable_key_rotation = true
}

resource "aws_kms_alias" "services" {
  provider = aws.primary

  name          = "alias/services"
  target_key_id = aws_kms_key.services.key_id
}

resource "aws_cloudwatch_log_group" "ours" {
  provider = aws.primary

  name              = "ours"
  kms_key_id        = aws_kms_key.services.arn
  retention_in_days = 30
}

resource "aws_sqs_queue" "ours" {
  provider = aws.primary

  name              = "ours"
  kms_master_key_id = aws_kms_key.services.key_id
}

resource "aws_sns_topic" "ours" {
  provider = aws.primary

  name              = "ours"
  kms_master_key_id = aws_kms_alias.services.name
}

resource "aws_lambda_function" "ours" {
  provider = aws.primary

  function_name = "ours"
  handler       = "ours.handler"
  kms_key_arn   = aws_kms_key.services.arn
  role          = "arn:aws:iam::123456789012:role/ours"
  runtime       = "python3.13"
  s3_bucket     = "ours"
  s3_key        = "ours.zip"
}
