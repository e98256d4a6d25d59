# expect: aws_dsql_cluster.primary

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  tags                        = { Name = "primary" }
}
