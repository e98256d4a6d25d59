# expect: aws_kms_key.services
# after: DSQL038/pass

resource "aws_cloudwatch_log_group" "ours" {
  provider = aws.primary

  name              = "ours"
  retention_in_days = 30
}
