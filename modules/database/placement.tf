# Generated from infra/ by `make modules`; do not edit.

data "aws_region" "primary" {
  provider = aws.primary
}

data "aws_region" "secondary" {
  provider = aws.secondary
}

data "aws_region" "witness" {
  provider = aws.witness
}
