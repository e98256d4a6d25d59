# Generated from infra/ by `make modules`; do not edit.

resource "aws_cloudwatch_event_rule" "receive_primary" {
  provider = aws.primary

  description    = "Hands events of the other Region to the consumer in ${data.aws_region.primary.id}"
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern = jsonencode({
    source = ["dsql.application"]
    detail = { region = [{ anything-but = [data.aws_region.primary.id] }] }
  })
  name = "${var.name}-receive-from-secondary"
  tags = var.tags
}

resource "aws_lambda_permission" "receive_primary" {
  provider = aws.primary

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.primary["consumer"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.receive_primary.arn
  statement_id  = "receive"
}

resource "aws_cloudwatch_event_target" "receive_primary" {
  provider = aws.primary

  arn            = aws_lambda_function.primary["consumer"].arn
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  rule           = aws_cloudwatch_event_rule.receive_primary.name
  target_id      = "consumer"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_lambda_permission.receive_primary,
  ]
}

resource "aws_cloudwatch_event_rule" "receive_secondary" {
  provider = aws.secondary

  description    = "Hands events of the other Region to the consumer in ${data.aws_region.secondary.id}"
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern = jsonencode({
    source = ["dsql.application"]
    detail = { region = [{ anything-but = [data.aws_region.secondary.id] }] }
  })
  name = "${var.name}-receive-from-primary"
  tags = var.tags
}

resource "aws_lambda_permission" "receive_secondary" {
  provider = aws.secondary

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.secondary["consumer"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.receive_secondary.arn
  statement_id  = "receive"
}

resource "aws_cloudwatch_event_target" "receive_secondary" {
  provider = aws.secondary

  arn            = aws_lambda_function.secondary["consumer"].arn
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  rule           = aws_cloudwatch_event_rule.receive_secondary.name
  target_id      = "consumer"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_lambda_permission.receive_secondary,
  ]
}
