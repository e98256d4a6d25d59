# Generated from infra/ by `make modules`; do not edit.

locals {
  database_actions = {
    audit        = ["dsql:DbConnect"]
    consumer     = ["dsql:DbConnect"]
    migrate      = ["dsql:DbConnectAdmin"]
    notify       = ["dsql:DbConnect"]
    relay        = ["dsql:DbConnect"]
    review       = ["dsql:DbConnect"]
    transactions = ["dsql:DbConnect", "dsql:GetCluster"]
  }
  function_environments = {
    primary = {
      audit    = {}
      consumer = {}
      migrate  = {}
      notify = {
        TOPIC_ARN = "arn:${local.partition}:sns:${data.aws_region.primary.id}:${local.account_id}:${var.name}-notifications-primary"
      }
      relay  = { EVENT_BUS_NAME = var.name }
      review = {}
      transactions = merge({
        CLUSTER_IDENTIFIER  = aws_dsql_cluster.primary.identifier
        RELAY_FUNCTION_NAME = "${var.name}-relay-primary"
      }, { for name in var.field_encryption == null ? [] : ["FIELD_KEY_ARN"] : name => local.field_key_arns.primary })
    }
    secondary = {
      audit    = {}
      consumer = {}
      migrate  = {}
      notify = {
        TOPIC_ARN = "arn:${local.partition}:sns:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-notifications-secondary"
      }
      relay  = { EVENT_BUS_NAME = var.name }
      review = {}
      transactions = merge({
        CLUSTER_IDENTIFIER  = aws_dsql_cluster.secondary.identifier
        RELAY_FUNCTION_NAME = "${var.name}-relay-secondary"
      }, { for name in var.field_encryption == null ? [] : ["FIELD_KEY_ARN"] : name => local.field_key_arns.secondary })
    }
  }
  function_statements = {
    primary = {
      audit = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-failed-primary"
        },
      ]
      consumer = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-failed-primary"
        },
      ]
      migrate = []
      notify = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-failed-primary"
        },
        {
          Action   = "sns:Publish"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sns:${data.aws_region.primary.id}:${local.account_id}:${var.name}-notifications-primary"
        },
      ]
      relay = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-failed-primary"
        },
        {
          Action   = "events:PutEvents"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
        },
      ]
      review = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-failed-primary"
        },
      ]
      transactions = [
        {
          Action   = "lambda:InvokeFunction"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:lambda:${data.aws_region.primary.id}:${local.account_id}:function:${var.name}-relay-primary"
        },
      ]
    }
    secondary = {
      audit = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-failed-secondary"
        },
      ]
      consumer = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-failed-secondary"
        },
      ]
      migrate = []
      notify = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-failed-secondary"
        },
        {
          Action   = "sns:Publish"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sns:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-notifications-secondary"
        },
      ]
      relay = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-failed-secondary"
        },
        {
          Action   = "events:PutEvents"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
        },
      ]
      review = [
        {
          Action   = "sqs:SendMessage"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-failed-secondary"
        },
      ]
      transactions = [
        {
          Action   = "lambda:InvokeFunction"
          Effect   = "Allow"
          Resource = "arn:${local.partition}:lambda:${data.aws_region.secondary.id}:${local.account_id}:function:${var.name}-relay-secondary"
        },
      ]
    }
  }
  functions = { for name, function in {
    audit        = merge({ database_role = "audit", handler = "audit.handler" }, var.functions.audit)
    consumer     = merge({ database_role = "consumer", handler = "consumer.handler" }, var.functions.consumer)
    migrate      = merge({ database_role = "admin", handler = "migrate.handler" }, var.functions.migrate)
    notify       = merge({ database_role = "notify", handler = "notify.handler" }, var.functions.notify)
    relay        = merge({ database_role = "relay", handler = "relay.handler" }, var.functions.relay)
    review       = merge({ database_role = "review", handler = "review.handler" }, var.functions.review)
    transactions = merge({ database_role = "app", handler = "api.handler" }, var.functions.transactions)
  } : name => function if length(var.event_routing[*]) > 0 || !contains(["audit", "notify", "review"], name) }
  source_code_hash = var.lambda_package.filename == null ? var.lambda_package.source_code_hash : filebase64sha256(var.lambda_package.filename)
}

resource "aws_cloudwatch_log_group" "primary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.primary
  for_each = local.functions

  kms_key_id        = local.service_key_arns.primary
  name              = "/aws/lambda/${var.name}-${each.key}-primary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "primary" {
  provider = aws.primary
  for_each = local.functions

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
  name                 = "${var.name}-${each.key}-primary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "work_primary" {
  provider = aws.primary
  for_each = local.functions

  name = "work"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:${local.partition}:logs:${data.aws_region.primary.id}:${local.account_id}:log-group:/aws/lambda/${var.name}-${each.key}-primary:*"
    }], local.function_statements.primary[each.key])
  })
  role = aws_iam_role.primary[each.key].name
}

resource "aws_iam_role_policy" "database_primary" {
  provider = aws.primary
  for_each = local.functions

  name = "database"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = local.database_actions[each.key], Resource = aws_dsql_cluster.primary.arn },
    ]
  })
  role = aws_iam_role.primary[each.key].name
}

resource "aws_iam_role_policy" "network_primary" {
  # checkov:skip=CKV_AWS_290:AWS's own AWSLambdaVPCAccessExecutionRole is as wide; the function's code is denied all of it
  # checkov:skip=CKV_AWS_355:AWS's own AWSLambdaVPCAccessExecutionRole is as wide; the function's code is denied all of it
  provider = aws.primary
  for_each = { for name, function in local.functions : name => function if length(var.vpc[*]) > 0 }

  name = "network"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
      {
        Effect = "Deny"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
        Condition = {
          ArnEquals = {
            "lambda:SourceFunctionArn" = "arn:${local.partition}:lambda:${data.aws_region.primary.id}:${local.account_id}:function:${var.name}-${each.key}-primary"
          }
        }
      },
    ]
  })
  role = aws_iam_role.primary[each.key].name
}

resource "aws_lambda_function" "primary" {
  # checkov:skip=CKV_AWS_50:the code is not instrumented for X-Ray; what a function did is in its log
  # checkov:skip=CKV_AWS_116:what an asynchronous function fails on goes to its on-failure destination, which also has the error; the others are invoked synchronously
  # checkov:skip=CKV_AWS_173:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_272:a signing profile would be the caller's; `source_code_hash` tells which code runs
  provider = aws.primary
  for_each = local.functions

  architectures                  = [var.lambda_package.architecture]
  filename                       = var.lambda_package.filename
  function_name                  = "${var.name}-${each.key}-primary"
  handler                        = each.value.handler
  kms_key_arn                    = local.service_key_arns.primary
  memory_size                    = each.value.memory_size
  reserved_concurrent_executions = each.value.reserved_concurrent_executions
  role                           = aws_iam_role.primary[each.key].arn
  runtime                        = var.lambda_package.runtime
  s3_bucket                      = try(var.lambda_package.primary_object.bucket, null)
  s3_key                         = try(var.lambda_package.primary_object.key, null)
  s3_object_version              = try(var.lambda_package.primary_object.version, null)
  source_code_hash               = local.source_code_hash
  tags                           = var.tags
  timeout                        = each.value.timeout

  dynamic "vpc_config" {
    for_each = length(var.vpc[*]) > 0 ? [var.vpc.primary] : []

    content {
      security_group_ids = vpc_config.value.security_group_ids
      subnet_ids         = vpc_config.value.subnet_ids
    }
  }

  environment {
    variables = merge({
      CLUSTER_ENDPOINT = try(var.vpc.private_endpoint, false) ? "${aws_dsql_cluster.primary.identifier}.${element(split(".", aws_dsql_cluster.primary.vpc_endpoint_service_name), -1)}.${data.aws_region.primary.id}.on.aws" : "${aws_dsql_cluster.primary.identifier}.dsql.${data.aws_region.primary.id}.on.aws"
      DATABASE_ROLE    = each.value.database_role
      LOG_LEVEL        = var.log_level
    }, local.function_environments.primary[each.key])
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.primary[each.key].name
  }

  depends_on = [
    aws_iam_role_policy.database_primary,
    aws_iam_role_policy.fields_primary,
    aws_iam_role_policy.network_primary,
    aws_iam_role_policy.services_primary,
    aws_iam_role_policy.work_primary,
  ]
}

resource "aws_sqs_queue" "failed_primary" {
  # checkov:skip=CKV_AWS_27:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.primary

  kms_master_key_id         = local.service_key_arns.primary
  message_retention_seconds = 1209600
  name                      = "${var.name}-failed-primary"
  sqs_managed_sse_enabled   = !(length(var.service_encryption[*]) > 0) ? true : null
  tags                      = var.tags
}

resource "aws_lambda_function_event_invoke_config" "primary" {
  provider = aws.primary
  for_each = { for name, retries in { audit = 2, consumer = 2, notify = 2, relay = 0, review = 2 } : name => retries if contains(keys(local.functions), name) }

  function_name                = aws_lambda_function.primary[each.key].function_name
  maximum_event_age_in_seconds = 21600
  maximum_retry_attempts       = each.value

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_primary.arn
    }
  }
}

resource "aws_cloudwatch_log_group" "secondary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.secondary
  for_each = local.functions

  kms_key_id        = local.service_key_arns.secondary
  name              = "/aws/lambda/${var.name}-${each.key}-secondary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "secondary" {
  provider = aws.secondary
  for_each = local.functions

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
  name                 = "${var.name}-${each.key}-secondary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "work_secondary" {
  provider = aws.secondary
  for_each = local.functions

  name = "work"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:${local.partition}:logs:${data.aws_region.secondary.id}:${local.account_id}:log-group:/aws/lambda/${var.name}-${each.key}-secondary:*"
    }], local.function_statements.secondary[each.key])
  })
  role = aws_iam_role.secondary[each.key].name
}

resource "aws_iam_role_policy" "database_secondary" {
  provider = aws.secondary
  for_each = local.functions

  name = "database"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = local.database_actions[each.key]
        Resource = aws_dsql_cluster.secondary.arn
      },
    ]
  })
  role = aws_iam_role.secondary[each.key].name
}

resource "aws_iam_role_policy" "network_secondary" {
  # checkov:skip=CKV_AWS_290:AWS's own AWSLambdaVPCAccessExecutionRole is as wide; the function's code is denied all of it
  # checkov:skip=CKV_AWS_355:AWS's own AWSLambdaVPCAccessExecutionRole is as wide; the function's code is denied all of it
  provider = aws.secondary
  for_each = { for name, function in local.functions : name => function if length(var.vpc[*]) > 0 }

  name = "network"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
      {
        Effect = "Deny"
        Action = [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
        Condition = {
          ArnEquals = {
            "lambda:SourceFunctionArn" = "arn:${local.partition}:lambda:${data.aws_region.secondary.id}:${local.account_id}:function:${var.name}-${each.key}-secondary"
          }
        }
      },
    ]
  })
  role = aws_iam_role.secondary[each.key].name
}

resource "aws_lambda_function" "secondary" {
  # checkov:skip=CKV_AWS_50:the code is not instrumented for X-Ray; what a function did is in its log
  # checkov:skip=CKV_AWS_116:what an asynchronous function fails on goes to its on-failure destination, which also has the error; the others are invoked synchronously
  # checkov:skip=CKV_AWS_173:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_272:a signing profile would be the caller's; `source_code_hash` tells which code runs
  provider = aws.secondary
  for_each = local.functions

  architectures                  = [var.lambda_package.architecture]
  filename                       = var.lambda_package.filename
  function_name                  = "${var.name}-${each.key}-secondary"
  handler                        = each.value.handler
  kms_key_arn                    = local.service_key_arns.secondary
  memory_size                    = each.value.memory_size
  reserved_concurrent_executions = each.value.reserved_concurrent_executions
  role                           = aws_iam_role.secondary[each.key].arn
  runtime                        = var.lambda_package.runtime
  s3_bucket                      = try(var.lambda_package.secondary_object.bucket, null)
  s3_key                         = try(var.lambda_package.secondary_object.key, null)
  s3_object_version              = try(var.lambda_package.secondary_object.version, null)
  source_code_hash               = local.source_code_hash
  tags                           = var.tags
  timeout                        = each.value.timeout

  dynamic "vpc_config" {
    for_each = length(var.vpc[*]) > 0 ? [var.vpc.secondary] : []

    content {
      security_group_ids = vpc_config.value.security_group_ids
      subnet_ids         = vpc_config.value.subnet_ids
    }
  }

  environment {
    variables = merge({
      CLUSTER_ENDPOINT = try(var.vpc.private_endpoint, false) ? "${aws_dsql_cluster.secondary.identifier}.${element(split(".", aws_dsql_cluster.secondary.vpc_endpoint_service_name), -1)}.${data.aws_region.secondary.id}.on.aws" : "${aws_dsql_cluster.secondary.identifier}.dsql.${data.aws_region.secondary.id}.on.aws"
      DATABASE_ROLE    = each.value.database_role
      LOG_LEVEL        = var.log_level
    }, local.function_environments.secondary[each.key])
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.secondary[each.key].name
  }

  depends_on = [
    aws_iam_role_policy.database_secondary,
    aws_iam_role_policy.fields_secondary,
    aws_iam_role_policy.network_secondary,
    aws_iam_role_policy.services_secondary,
    aws_iam_role_policy.work_secondary,
  ]
}

resource "aws_sqs_queue" "failed_secondary" {
  # checkov:skip=CKV_AWS_27:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.secondary

  kms_master_key_id         = local.service_key_arns.secondary
  message_retention_seconds = 1209600
  name                      = "${var.name}-failed-secondary"
  sqs_managed_sse_enabled   = !(length(var.service_encryption[*]) > 0) ? true : null
  tags                      = var.tags
}

resource "aws_lambda_function_event_invoke_config" "secondary" {
  provider = aws.secondary
  for_each = { for name, retries in { audit = 2, consumer = 2, notify = 2, relay = 0, review = 2 } : name => retries if contains(keys(local.functions), name) }

  function_name                = aws_lambda_function.secondary[each.key].function_name
  maximum_event_age_in_seconds = 21600
  maximum_retry_attempts       = each.value

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_secondary.arn
    }
  }
}

resource "aws_lambda_invocation" "migration" {
  provider = aws.primary

  function_name = aws_lambda_function.primary["migrate"].function_name
  input = jsonencode({
    roles = merge({
      consumer = [aws_iam_role.primary["consumer"].arn, aws_iam_role.secondary["consumer"].arn]
      relay    = [aws_iam_role.primary["relay"].arn, aws_iam_role.secondary["relay"].arn]
      app      = [aws_iam_role.primary["transactions"].arn, aws_iam_role.secondary["transactions"].arn]
      audit    = concat([for name, role in aws_iam_role.primary : role.arn if name == "audit"], [for name, role in aws_iam_role.secondary : role.arn if name == "audit"])
      notify   = concat([for name, role in aws_iam_role.primary : role.arn if name == "notify"], [for name, role in aws_iam_role.secondary : role.arn if name == "notify"])
      review   = concat([for name, role in aws_iam_role.primary : role.arn if name == "review"], [for name, role in aws_iam_role.secondary : role.arn if name == "review"])
    }, { for role, arns in { readonly = var.readonly_role_arns } : role => arns if arns != null })
  })
  triggers = { package = coalesce(local.source_code_hash, jsonencode(var.lambda_package)) }

  lifecycle {
    replace_triggered_by = [
      aws_dsql_cluster.primary.identifier,
      aws_dsql_cluster.secondary.identifier,
    ]
  }

  depends_on = [
    terraform_data.link,
    aws_dsql_cluster_peering.primary,
    aws_dsql_cluster_peering.secondary,
  ]
}
