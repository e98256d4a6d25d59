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
  event_pattern  = jsonencode({ source = ["dsql.application"], detail = { region = [{ anything-but = ["us-east-1"] }] } })
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
