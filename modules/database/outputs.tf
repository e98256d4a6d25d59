# Generated from infra/ by `make modules`; do not edit.

output "name" {
  description = "Name of the application."
  value       = var.name
}

output "regions" {
  description = "For the roles `primary` and `secondary`: Region, cluster and public endpoint. Known once the clusters are linked, so that what uses an endpoint waits for the link."
  value = {
    primary = {
      cluster_arn        = aws_dsql_cluster.primary.arn
      cluster_identifier = aws_dsql_cluster.primary.identifier
      endpoint           = "${aws_dsql_cluster.primary.identifier}.dsql.${data.aws_region.primary.id}.on.aws"
      region             = data.aws_region.primary.id
    }
    secondary = {
      cluster_arn        = aws_dsql_cluster.secondary.arn
      cluster_identifier = aws_dsql_cluster.secondary.identifier
      endpoint           = "${aws_dsql_cluster.secondary.identifier}.dsql.${data.aws_region.secondary.id}.on.aws"
      region             = data.aws_region.secondary.id
    }
  }

  depends_on = [
    terraform_data.link,
    aws_dsql_cluster_peering.primary,
    aws_dsql_cluster_peering.secondary,
  ]
}

output "witness_region" {
  description = "Region that holds the witness."
  value       = data.aws_region.witness.id
}
