resource "aws_kms_key" "services" {
  provider = aws.primary

  enable_key_rotation = true
}

resource "aws_cloudwatch_log_group" "ours" {
  provider = aws.primary

  name              = "ours"
  kms_key_id        = aws_kms_key.services.arn
  retention_in_days = 30
}
