# expect: aws_kms_key.primary
# after: DSQL031/pass

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  tags                        = { Name = "primary" }
}
