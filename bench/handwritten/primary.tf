resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = true
  kms_encryption_key          = "AWS_OWNED_KMS_KEY"
  tags                        = { Name = "orders-primary" }

  multi_region_properties {
    witness_region = "us-west-2"
  }
}

resource "aws_cloudwatch_log_group" "primary" {
  provider = aws.primary
  for_each = local.functions

  name              = "/aws/lambda/orders-${each.key}-primary"
  retention_in_days = 30
}

resource "aws_iam_role" "primary" {
  provider = aws.primary
  for_each = local.functions

  name               = "orders-${each.key}-primary"
  assume_role_policy = local.assumed_by_lambda
}

resource "aws_iam_role_policy" "work_primary" {
  provider = aws.primary
  for_each = local.functions

  name = "work"
  role = aws_iam_role.primary[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:us-east-1:${local.account}:log-group:/aws/lambda/orders-${each.key}-primary:*"
      }],
      contains(["consumer", "relay"], each.key) ? [{
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = "arn:aws:sqs:us-east-1:${local.account}:orders-failed-primary"
      }] : [],
      each.key == "relay" ? [{
        Effect   = "Allow"
        Action   = ["events:PutEvents"]
        Resource = "arn:aws:events:us-east-1:${local.account}:event-bus/orders"
      }] : [],
      each.key == "transactions" ? [{
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = "arn:aws:lambda:us-east-1:${local.account}:function:orders-relay-primary"
      }] : [],
    )
  })
}

resource "aws_iam_role_policy" "database_primary" {
  provider = aws.primary
  for_each = local.functions

  name = "database"
  role = aws_iam_role.primary[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value.actions, Resource = aws_dsql_cluster.primary.arn }]
  })
}

resource "aws_lambda_function" "primary" {
  provider = aws.primary
  for_each = local.functions

  function_name    = "orders-${each.key}-primary"
  role             = aws_iam_role.primary[each.key].arn
  architectures    = ["arm64"]
  runtime          = "python3.13"
  handler          = local.handlers[each.key]
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  memory_size      = 512
  timeout          = each.value.timeout

  environment {
    variables = merge(
      {
        CLUSTER_ENDPOINT = "${aws_dsql_cluster.primary.identifier}.dsql.us-east-1.on.aws"
        DATABASE_ROLE    = each.value.role
        LOG_LEVEL        = "INFO"
      },
      each.key == "relay" ? { EVENT_BUS_NAME = "orders" } : {},
      each.key == "transactions" ? {
        CLUSTER_IDENTIFIER  = aws_dsql_cluster.primary.identifier
        RELAY_FUNCTION_NAME = "orders-relay-primary"
      } : {},
    )
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.primary[each.key].name
  }

  depends_on = [aws_iam_role_policy.work_primary, aws_iam_role_policy.database_primary]
}

resource "aws_sqs_queue" "failed_primary" {
  provider = aws.primary

  name                      = "orders-failed-primary"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_function_event_invoke_config" "primary" {
  provider = aws.primary
  for_each = { consumer = 2, relay = 0 }

  function_name                = aws_lambda_function.primary[each.key].function_name
  maximum_event_age_in_seconds = 21600
  maximum_retry_attempts       = each.value

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_primary.arn
    }
  }
}

resource "aws_iam_role" "schedule_primary" {
  provider = aws.primary

  name = "orders-schedule-primary"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule_primary" {
  provider = aws.primary

  name = "invoke"
  role = aws_iam_role.schedule_primary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = "arn:aws:lambda:us-east-1:${local.account}:function:orders-relay-primary"
    }]
  })
}

resource "aws_scheduler_schedule" "relay_primary" {
  provider = aws.primary

  name                = "orders-relay-primary"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.primary["relay"].arn
    role_arn = aws_iam_role.schedule_primary.arn
    input    = "{}"

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [aws_lambda_invocation.migration, aws_iam_role_policy.schedule_primary]
}

resource "aws_cloudwatch_event_bus" "primary" {
  provider = aws.primary

  name        = "orders"
  description = "Events of orders"
}

resource "aws_cloudwatch_event_bus_policy" "primary" {
  provider = aws.primary

  event_bus_name = aws_cloudwatch_event_bus.primary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ForwardFromPeer"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.forward_secondary.arn }
      Action    = "events:PutEvents"
      Resource  = "arn:aws:events:us-east-1:${local.account}:event-bus/orders"
    }]
  })
}

resource "aws_sqs_queue" "undelivered_primary" {
  provider = aws.primary

  name                      = "orders-undelivered-primary"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:us-east-1:${local.account}:orders-undelivered-primary"
      Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:events:us-east-1:${local.account}:rule/orders/*" } }
    }]
  })
}

resource "aws_iam_role" "forward_primary" {
  provider = aws.primary

  name = "orders-forward-primary"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "forward_primary" {
  provider = aws.primary

  name = "put-events"
  role = aws_iam_role.forward_primary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "events:PutEvents"
      Resource = "arn:aws:events:us-east-2:${local.account}:event-bus/orders"
    }]
  })
}

resource "aws_cloudwatch_event_rule" "forward_primary" {
  provider = aws.primary

  name           = "orders-forward-to-secondary"
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], region = ["us-east-1"] })
}

resource "aws_cloudwatch_event_target" "forward_primary" {
  provider = aws.primary

  rule           = aws_cloudwatch_event_rule.forward_primary.name
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  target_id      = "bus-secondary"
  arn            = aws_cloudwatch_event_bus.secondary.arn
  role_arn       = aws_iam_role.forward_primary.arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  depends_on = [aws_cloudwatch_event_bus_policy.secondary, aws_iam_role_policy.forward_primary]
}

resource "aws_cloudwatch_event_rule" "receive_primary" {
  provider = aws.primary

  name           = "orders-receive-from-secondary"
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], region = [{ anything-but = ["us-east-1"] }] })
}

resource "aws_lambda_permission" "receive_primary" {
  provider = aws.primary

  statement_id  = "receive"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.primary["consumer"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.receive_primary.arn
}

resource "aws_cloudwatch_event_target" "receive_primary" {
  provider = aws.primary

  rule           = aws_cloudwatch_event_rule.receive_primary.name
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  target_id      = "consumer"
  arn            = aws_lambda_function.primary["consumer"].arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  depends_on = [aws_lambda_invocation.migration, aws_lambda_permission.receive_primary]
}
