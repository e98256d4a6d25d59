# Generated from infra/ by `make modules`; do not edit.

locals {
  content_rules = {
    primary = merge([for routing in var.event_routing[*] : {
      audit = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.primary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail      = { account_classes = routing.audit_account_classes }
        })
        reason = "account of class ${join(" or ", routing.audit_account_classes)}"
        state  = contains(["origin", "primary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
      notify = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.primary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail      = { type = routing.notify_types }
        })
        reason = "type ${join(" or ", routing.notify_types)}"
        state  = contains(["origin", "primary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
      review = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.primary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail = {
            "$or" = [
              { amount = [{ numeric = [">=", routing.review_amount] }] },
              { amount_digits = [{ numeric = [">", 9] }] },
            ]
          }
        })
        reason = "amount of ${routing.review_amount} or more"
        state  = contains(["origin", "primary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
    }]...)
    secondary = merge([for routing in var.event_routing[*] : {
      audit = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.secondary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail      = { account_classes = routing.audit_account_classes }
        })
        reason = "account of class ${join(" or ", routing.audit_account_classes)}"
        state  = contains(["origin", "secondary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
      notify = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.secondary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail      = { type = routing.notify_types }
        })
        reason = "type ${join(" or ", routing.notify_types)}"
        state  = contains(["origin", "secondary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
      review = {
        event_pattern = jsonencode({
          source      = ["dsql.application"]
          detail-type = ["Transaction Created"]
          region      = routing.handled_in == "origin" ? [data.aws_region.secondary.id] : [data.aws_region.primary.id, data.aws_region.secondary.id]
          detail = {
            "$or" = [
              { amount = [{ numeric = [">=", routing.review_amount] }] },
              { amount_digits = [{ numeric = [">", 9] }] },
            ]
          }
        })
        reason = "amount of ${routing.review_amount} or more"
        state  = contains(["origin", "secondary"], routing.handled_in) ? "ENABLED" : "DISABLED"
      }
    }]...)
  }
}

resource "aws_cloudwatch_event_rule" "content_primary" {
  provider = aws.primary
  for_each = local.content_rules.primary

  description    = "Transactions for ${each.key}: ${each.value.reason}"
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern  = each.value.event_pattern
  name           = "${var.name}-${each.key}-in-primary"
  state          = each.value.state
  tags           = var.tags

  lifecycle {
    precondition {
      condition     = !contains([for name, rule in var.event_rules : name if length(rule.primary_target[*]) > 0], "${each.key}-in")
      error_message = "`event_rules`: `${each.key}-in` names a rule of `event_routing` on the same bus; take another name."
    }
  }
}

resource "aws_lambda_permission" "content_primary" {
  provider = aws.primary
  for_each = local.content_rules.primary

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.primary[each.key].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.content_primary[each.key].arn
  statement_id  = "content"
}

resource "aws_cloudwatch_event_target" "content_primary" {
  provider = aws.primary
  for_each = local.content_rules.primary

  arn            = aws_lambda_function.primary[each.key].arn
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  rule           = aws_cloudwatch_event_rule.content_primary[each.key].name
  target_id      = "function"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  input_transformer {
    input_paths    = { detail = "$.detail" }
    input_template = "{\"reason\": ${jsonencode(each.value.reason)}, \"detail\": <detail>}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_lambda_permission.content_primary,
  ]
}

resource "aws_sns_topic" "notifications_primary" {
  # checkov:skip=CKV_AWS_26:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.primary
  count    = length(var.event_routing[*])

  kms_master_key_id = !(length(var.service_encryption[*]) > 0) ? "alias/aws/sns" : local.service_key_arns.primary
  name              = "${var.name}-notifications-primary"
  tags              = var.tags
}

resource "aws_cloudwatch_event_archive" "primary" {
  provider = aws.primary
  count    = length(var.event_routing[*])

  description      = "Events of ${var.name}, ${data.aws_region.primary.id}"
  event_pattern    = jsonencode({ source = ["dsql.application"] })
  event_source_arn = aws_cloudwatch_event_bus.primary.arn
  name             = "${var.name}-primary"
  retention_days   = var.event_routing.archive_retention_days
}

resource "aws_cloudwatch_event_rule" "content_secondary" {
  provider = aws.secondary
  for_each = local.content_rules.secondary

  description    = "Transactions for ${each.key}: ${each.value.reason}"
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern  = each.value.event_pattern
  name           = "${var.name}-${each.key}-in-secondary"
  state          = each.value.state
  tags           = var.tags

  lifecycle {
    precondition {
      condition     = !contains([for name, rule in var.event_rules : name if length(rule.secondary_target[*]) > 0], "${each.key}-in")
      error_message = "`event_rules`: `${each.key}-in` names a rule of `event_routing` on the same bus; take another name."
    }
  }
}

resource "aws_lambda_permission" "content_secondary" {
  provider = aws.secondary
  for_each = local.content_rules.secondary

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.secondary[each.key].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.content_secondary[each.key].arn
  statement_id  = "content"
}

resource "aws_cloudwatch_event_target" "content_secondary" {
  provider = aws.secondary
  for_each = local.content_rules.secondary

  arn            = aws_lambda_function.secondary[each.key].arn
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  rule           = aws_cloudwatch_event_rule.content_secondary[each.key].name
  target_id      = "function"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  input_transformer {
    input_paths    = { detail = "$.detail" }
    input_template = "{\"reason\": ${jsonencode(each.value.reason)}, \"detail\": <detail>}"
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_lambda_invocation.migration,
    aws_lambda_permission.content_secondary,
  ]
}

resource "aws_sns_topic" "notifications_secondary" {
  # checkov:skip=CKV_AWS_26:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.secondary
  count    = length(var.event_routing[*])

  kms_master_key_id = !(length(var.service_encryption[*]) > 0) ? "alias/aws/sns" : local.service_key_arns.secondary
  name              = "${var.name}-notifications-secondary"
  tags              = var.tags
}

resource "aws_cloudwatch_event_archive" "secondary" {
  provider = aws.secondary
  count    = length(var.event_routing[*])

  description      = "Events of ${var.name}, ${data.aws_region.secondary.id}"
  event_pattern    = jsonencode({ source = ["dsql.application"] })
  event_source_arn = aws_cloudwatch_event_bus.secondary.arn
  name             = "${var.name}-secondary"
  retention_days   = var.event_routing.archive_retention_days
}
