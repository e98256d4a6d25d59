# Generated from infra/ by `make modules`; do not edit.

output "api" {
  description = "Null without `api`. `urls` of the HTTP API, for the sides `primary` and `secondary`, and `invoke_policy`, an IAM policy document for callers that sign their requests. With `api.domain` also `url`, which a healthy Region answers, and `health_check_ids`. `authorization` and `domain` are as given, with what is the default."
  value = var.api == null ? null : {
    authorization = var.api.authorization
    domain        = var.api.domain
    health_check_ids = {
      primary   = one(aws_route53_health_check.primary[*].id)
      secondary = one(aws_route53_health_check.secondary[*].id)
    }
    invoke_policy = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Effect   = "Allow"
          Action   = "execute-api:Invoke"
          Resource = [for api in concat(aws_apigatewayv2_api.primary, aws_apigatewayv2_api.secondary) : "${api.execution_arn}/*"]
        },
      ]
    })
    url = var.api.domain == null ? null : "https://${var.api.domain.name}"
    urls = {
      primary   = one(aws_apigatewayv2_api.primary[*].api_endpoint)
      secondary = one(aws_apigatewayv2_api.secondary[*].api_endpoint)
    }
  }

  depends_on = [
    aws_apigatewayv2_route.primary,
    aws_apigatewayv2_route.secondary,
    aws_apigatewayv2_stage.primary,
    aws_apigatewayv2_stage.secondary,
    aws_route53_record.api_primary,
    aws_route53_record.api_secondary,
  ]
}

output "backup" {
  description = "Role that AWS Backup restores with; for the sides `primary` and `secondary` the vault of the Region, for how many days its lock keeps recovery points at least (null without a lock), and the plan (null where no backup is taken). Null without `backup`."
  value = var.backup == null ? null : {
    restore_role_arn = one(aws_iam_role.restore[*].arn)
    primary = {
      min_retention_days = one(aws_backup_vault_lock_configuration.primary[*].min_retention_days)
      plan_id            = one(aws_backup_plan.primary[*].id)
      vault_name         = one(aws_backup_vault.primary[*].name)
    }
    secondary = {
      min_retention_days = one(aws_backup_vault_lock_configuration.secondary[*].min_retention_days)
      plan_id            = one(aws_backup_plan.secondary[*].id)
      vault_name         = one(aws_backup_vault.secondary[*].name)
    }
  }
}

output "connect_policies" {
  description = "For the sides `primary` and `secondary`: IAM policy document for another workload that connects to the cluster of its Region as a database role which the schema's owner maps to it with `AWS IAM GRANT`."
  value = {
    primary = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "dsql:DbConnect", Resource = aws_dsql_cluster.primary.arn }]
    })
    secondary = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "dsql:DbConnect", Resource = aws_dsql_cluster.secondary.arn }]
    })
  }
}

output "deployer_policies" {
  description = "IAM policy documents, by concern, with what an apply and a destroy of this module need, for the role that runs Terraform: attach one managed policy for each, all of them fit. `api` is there with the input `api`, `resilience` with `backup` or `fault_injection`. A package in S3 also needs `s3:GetObject` on it, a `role_arn` of `event_rules` `iam:PassRole`, and `link_role_arn` `sts:AssumeRole`."
  value       = { for name, statements in local.deployer_statements : name => jsonencode({ Version = "2012-10-17", Statement = statements }) if length(statements) > 0 }
}

output "deployer_policy" {
  description = "All of `deployer_policies` as one IAM policy document: an inline policy of a role (10,240 characters) takes it; a managed policy (6,144) only without `api.domain`, `backup` and `fault_injection`."
  value       = jsonencode({ Version = "2012-10-17", Statement = concat(values(local.deployer_statements)...) })
}

output "fault_injection" {
  description = "For the sides `primary` and `secondary`: id of each experiment template by fault, and the log group of the experiments. Null without `fault_injection`."
  value = var.fault_injection == null ? null : {
    primary = {
      log_group_name = one(aws_cloudwatch_log_group.faults_primary[*].name)
      template_ids   = { for fault, template in aws_fis_experiment_template.primary : fault => template.id }
    }
    secondary = {
      log_group_name = one(aws_cloudwatch_log_group.faults_secondary[*].name)
      template_ids   = { for fault, template in aws_fis_experiment_template.secondary : fault => template.id }
    }
  }
}

output "key_policies" {
  description = "For the sides `primary` and `secondary`, by the name of the input that takes `key_arns`: key policy for a KMS key of yours. Keys that are made here have the same."
  value = {
    primary = {
      backup             = local.backup_key_policies.primary
      encryption         = local.cluster_key_policies.primary
      field_encryption   = local.field_key_policies.primary
      service_encryption = local.service_key_policies.primary
    }
    secondary = {
      backup             = local.backup_key_policies.secondary
      encryption         = local.cluster_key_policies.secondary
      field_encryption   = local.field_key_policies.secondary
      service_encryption = local.service_key_policies.secondary
    }
  }
}

output "monitoring" {
  description = "Name and address of the dashboard; for the sides `primary` and `secondary` the topic that the alarms notify, and each alarm's ARN by name. Null without `monitoring`."
  value = var.monitoring == null ? null : {
    dashboard_name = var.name
    dashboard_url  = "https://${data.aws_region.primary.id}.console.aws.amazon.com/cloudwatch/home?region=${data.aws_region.primary.id}#dashboards/dashboard/${var.name}"
    primary = {
      alarm_arns = { for name in concat(keys(local.alarms.primary), ["both", "serving"]) : name => "arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-${name}-primary" }
      topic_arn  = local.alarm_topic_arns.primary
    }
    secondary = {
      alarm_arns = { for name in concat(keys(local.alarms.secondary), ["both", "serving"]) : name => "arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-${name}-secondary" }
      topic_arn  = local.alarm_topic_arns.secondary
    }
  }

  depends_on = [
    aws_cloudwatch_dashboard.both,
    aws_cloudwatch_metric_alarm.primary,
    aws_cloudwatch_metric_alarm.secondary,
    aws_cloudwatch_composite_alarm.both_primary,
    aws_cloudwatch_composite_alarm.both_secondary,
  ]
}

output "name" {
  description = "Name of the application."
  value       = var.name
}

output "notification_topic_arns" {
  description = "For the sides `primary` and `secondary`: SNS topic of the notifications, for subscriptions of yours; null without `event_routing`."
  value = var.event_routing == null ? null : {
    primary   = one(aws_sns_topic.notifications_primary[*].arn)
    secondary = one(aws_sns_topic.notifications_secondary[*].arn)
  }
}

output "regions" {
  description = "For the sides `primary` and `secondary`: Region, cluster, public endpoint, functions, event bus, rules and queues. Known once the clusters are linked and the schema is migrated."
  value = {
    primary = {
      cluster_arn        = aws_dsql_cluster.primary.arn
      cluster_identifier = aws_dsql_cluster.primary.identifier
      endpoint           = "${aws_dsql_cluster.primary.identifier}.dsql.${data.aws_region.primary.id}.on.aws"
      event_bus_arn      = aws_cloudwatch_event_bus.primary.arn
      event_bus_name     = aws_cloudwatch_event_bus.primary.name
      forward_rule_name  = aws_cloudwatch_event_rule.forward_primary.name
      function_name      = one([for name, function in aws_lambda_function.primary : function.function_name if name == "transactions"])
      function_names     = { for name, function in aws_lambda_function.primary : name => function.function_name }
      queue_urls         = { failed = aws_sqs_queue.failed_primary.url, undelivered = aws_sqs_queue.undelivered_primary.url }
      receive_rule_name  = aws_cloudwatch_event_rule.receive_primary.name
      region             = data.aws_region.primary.id
    }
    secondary = {
      cluster_arn        = aws_dsql_cluster.secondary.arn
      cluster_identifier = aws_dsql_cluster.secondary.identifier
      endpoint           = "${aws_dsql_cluster.secondary.identifier}.dsql.${data.aws_region.secondary.id}.on.aws"
      event_bus_arn      = aws_cloudwatch_event_bus.secondary.arn
      event_bus_name     = aws_cloudwatch_event_bus.secondary.name
      forward_rule_name  = aws_cloudwatch_event_rule.forward_secondary.name
      function_name      = one([for name, function in aws_lambda_function.secondary : function.function_name if name == "transactions"])
      function_names     = { for name, function in aws_lambda_function.secondary : name => function.function_name }
      queue_urls         = { failed = aws_sqs_queue.failed_secondary.url, undelivered = aws_sqs_queue.undelivered_secondary.url }
      receive_rule_name  = aws_cloudwatch_event_rule.receive_secondary.name
      region             = data.aws_region.secondary.id
    }
  }

  depends_on = [
    terraform_data.link,
    aws_dsql_cluster_peering.primary,
    aws_dsql_cluster_peering.secondary,
    aws_lambda_invocation.migration,
  ]
}

output "vpc_endpoint_service_names" {
  description = "For the sides `primary` and `secondary`: name of the AWS PrivateLink service for an `aws_vpc_endpoint` of yours. Known as soon as the cluster exists."
  value = {
    primary   = aws_dsql_cluster.primary.vpc_endpoint_service_name
    secondary = aws_dsql_cluster.secondary.vpc_endpoint_service_name
  }
}

output "witness_region" {
  description = "Region that holds the witness."
  value       = data.aws_region.witness.id
}
