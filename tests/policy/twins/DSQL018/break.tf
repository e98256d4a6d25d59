# expect: aws_dsql_cluster_peering.primary
# after: DSQL018/pass

resource "aws_dsql_cluster_peering" "primary" {
  provider = aws.primary

  clusters       = ["arn:aws:dsql:us-east-2:123456789012:cluster/secondary"]
  identifier     = "primary"
  witness_region = "us-west-2"

  timeouts {
    create = "60m"
  }
}
