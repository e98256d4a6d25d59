resource "aws_cloudwatch_event_bus" "secondary" {
  provider = aws.secondary

  name        = "orders"
  description = "Events of orders"
}

resource "aws_cloudwatch_event_bus_policy" "secondary" {
  provider = aws.secondary

  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ForwardFromPeer"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.forward_primary.arn }
      Action    = "events:PutEvents"
      Resource  = "arn:aws:events:us-east-2:${local.account}:event-bus/orders"
    }]
  })
}

resource "aws_sqs_queue" "undelivered_secondary" {
  provider = aws.secondary

  name                      = "orders-undelivered-secondary"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:us-east-2:${local.account}:orders-undelivered-secondary"
      Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:events:us-east-2:${local.account}:rule/orders/*" } }
    }]
  })
}

resource "aws_iam_role" "forward_secondary" {
  provider = aws.secondary

  name = "orders-forward-secondary"
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

resource "aws_iam_role_policy" "forward_secondary" {
  provider = aws.secondary

  name = "put-events"
  role = aws_iam_role.forward_secondary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "events:PutEvents"
      Resource = "arn:aws:events:us-east-1:${local.account}:event-bus/orders"
    }]
  })
}

resource "aws_cloudwatch_event_rule" "forward_secondary" {
  provider = aws.secondary

  name           = "orders-forward-to-primary"
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], region = ["us-east-2"] })
}

resource "aws_cloudwatch_event_target" "forward_secondary" {
  provider = aws.secondary

  rule           = aws_cloudwatch_event_rule.forward_secondary.name
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  target_id      = "bus-primary"
  arn            = aws_cloudwatch_event_bus.primary.arn
  role_arn       = aws_iam_role.forward_secondary.arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  depends_on = [aws_cloudwatch_event_bus_policy.primary, aws_iam_role_policy.forward_secondary]
}

resource "aws_cloudwatch_event_rule" "receive_secondary" {
  provider = aws.secondary

  name           = "orders-receive-from-primary"
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], detail = { region = [{ anything-but = ["us-east-2"] }] } })
}

resource "aws_lambda_permission" "receive_secondary" {
  provider = aws.secondary

  statement_id  = "receive"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.secondary["consumer"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.receive_secondary.arn
}

resource "aws_cloudwatch_event_target" "receive_secondary" {
  provider = aws.secondary

  rule           = aws_cloudwatch_event_rule.receive_secondary.name
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  target_id      = "consumer"
  arn            = aws_lambda_function.secondary["consumer"].arn

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  depends_on = [aws_lambda_invocation.migration, aws_lambda_permission.receive_secondary]
}
