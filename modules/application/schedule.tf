# Generated from infra/ by `make modules`; do not edit.

resource "aws_iam_role" "schedule_primary" {
  provider = aws.primary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "scheduler.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
  name                 = "${var.name}-schedule-primary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "schedule_primary" {
  provider = aws.primary

  name = "invoke"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "arn:${local.partition}:lambda:${data.aws_region.primary.id}:${local.account_id}:function:${var.name}-relay-primary"
      },
    ]
  })
  role = aws_iam_role.schedule_primary.name
}

resource "aws_scheduler_schedule" "relay_primary" {
  # checkov:skip=CKV_AWS_297:the input of the schedule is empty, so that there is nothing to encrypt
  provider = aws.primary

  description         = "Publishes what a lost nudge left in the outbox."
  name                = "${var.name}-relay-primary"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.primary["relay"].arn
    input    = "{}"
    role_arn = aws_iam_role.schedule_primary.arn

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_iam_role_policy.schedule_primary,
  ]
}

resource "aws_iam_role" "schedule_secondary" {
  provider = aws.secondary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "scheduler.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
  name                 = "${var.name}-schedule-secondary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "schedule_secondary" {
  provider = aws.secondary

  name = "invoke"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "arn:${local.partition}:lambda:${data.aws_region.secondary.id}:${local.account_id}:function:${var.name}-relay-secondary"
      },
    ]
  })
  role = aws_iam_role.schedule_secondary.name
}

resource "aws_scheduler_schedule" "relay_secondary" {
  # checkov:skip=CKV_AWS_297:the input of the schedule is empty, so that there is nothing to encrypt
  provider = aws.secondary

  description         = "Publishes what a lost nudge left in the outbox."
  name                = "${var.name}-relay-secondary"
  schedule_expression = "rate(1 minute)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.secondary["relay"].arn
    input    = "{}"
    role_arn = aws_iam_role.schedule_secondary.arn

    retry_policy {
      maximum_event_age_in_seconds = 60
      maximum_retry_attempts       = 0
    }
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_iam_role_policy.schedule_secondary,
  ]
}
