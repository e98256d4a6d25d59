# Generated from infra/ by `make modules`; do not edit.

output "name" {
  description = "Name of the application."
  value       = var.name
}

output "regions" {
  description = "For the roles `primary` and `secondary`: Region, cluster, public endpoint, functions, event bus, rules and queues. Known once the clusters are linked and the schema is migrated."
  value = {
    primary = {
      cluster_arn        = aws_dsql_cluster.primary.arn
      cluster_identifier = aws_dsql_cluster.primary.identifier
      endpoint           = "${aws_dsql_cluster.primary.identifier}.dsql.${data.aws_region.primary.id}.on.aws"
      event_bus_arn      = aws_cloudwatch_event_bus.primary.arn
      event_bus_name     = aws_cloudwatch_event_bus.primary.name
      forward_rule_name  = aws_cloudwatch_event_rule.forward_primary.name
      function_name      = aws_lambda_function.primary["transactions"].function_name
      function_names = {
        consumer     = aws_lambda_function.primary["consumer"].function_name
        migrate      = aws_lambda_function.primary["migrate"].function_name
        relay        = aws_lambda_function.primary["relay"].function_name
        transactions = aws_lambda_function.primary["transactions"].function_name
      }
      queue_urls        = { failed = aws_sqs_queue.failed_primary.url, undelivered = aws_sqs_queue.undelivered_primary.url }
      receive_rule_name = aws_cloudwatch_event_rule.receive_primary.name
      region            = data.aws_region.primary.id
    }
    secondary = {
      cluster_arn        = aws_dsql_cluster.secondary.arn
      cluster_identifier = aws_dsql_cluster.secondary.identifier
      endpoint           = "${aws_dsql_cluster.secondary.identifier}.dsql.${data.aws_region.secondary.id}.on.aws"
      event_bus_arn      = aws_cloudwatch_event_bus.secondary.arn
      event_bus_name     = aws_cloudwatch_event_bus.secondary.name
      forward_rule_name  = aws_cloudwatch_event_rule.forward_secondary.name
      function_name      = aws_lambda_function.secondary["transactions"].function_name
      function_names = {
        consumer     = aws_lambda_function.secondary["consumer"].function_name
        migrate      = aws_lambda_function.secondary["migrate"].function_name
        relay        = aws_lambda_function.secondary["relay"].function_name
        transactions = aws_lambda_function.secondary["transactions"].function_name
      }
      queue_urls        = { failed = aws_sqs_queue.failed_secondary.url, undelivered = aws_sqs_queue.undelivered_secondary.url }
      receive_rule_name = aws_cloudwatch_event_rule.receive_secondary.name
      region            = data.aws_region.secondary.id
    }
  }

  depends_on = [
    terraform_data.link,
    aws_dsql_cluster_peering.primary,
    aws_dsql_cluster_peering.secondary,
    aws_lambda_invocation.migration,
  ]
}

output "witness_region" {
  description = "Region that holds the witness."
  value       = data.aws_region.witness.id
}
