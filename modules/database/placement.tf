# Generated from infra/ by `make modules`; do not edit.

locals {
  account_id = var.account_id == null ? one(data.aws_caller_identity.current[*].account_id) : var.account_id
  partition  = data.aws_partition.current.partition
}

data "aws_region" "primary" {
  provider = aws.primary
}

data "aws_region" "secondary" {
  provider = aws.secondary
}

data "aws_region" "witness" {
  provider = aws.witness
}

data "aws_partition" "current" {
  provider = aws.primary
}

data "aws_caller_identity" "current" {
  provider = aws.primary
  count    = var.account_id == null && ((var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0) == 1 || var.backup != null) ? 1 : 0
}
