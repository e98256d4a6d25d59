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
  architectures    = [var.lambda_package.architecture]
  runtime          = var.lambda_package.runtime
  handler          = local.handlers[each.key]
  filename         = var.lambda_package.filename
  source_code_hash = filebase64sha256(var.lambda_package.filename)
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
