# Generated from infra/ by `make modules`; do not edit.

resource "aws_cloudwatch_event_bus" "primary" {
  provider = aws.primary

  description        = "Events of ${var.name}, ${data.aws_region.primary.id}"
  kms_key_identifier = local.service_key_arns.primary
  name               = var.name
  tags               = var.tags

  dynamic "dead_letter_config" {
    for_each = !(length(var.service_encryption[*]) > 0) ? [] : [1]

    content {
      arn = aws_sqs_queue.undelivered_primary.arn
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.service_encryption.key_arns.primary, null)] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`service_encryption.key_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [try(var.service_encryption.key_arns.primary, null)] : one == null ? "null" : one])}."
    }
  }
}

resource "aws_cloudwatch_event_bus_policy" "primary" {
  provider = aws.primary

  event_bus_name = aws_cloudwatch_event_bus.primary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ForwardFromPeer"
        Principal = { AWS = aws_iam_role.forward_secondary.arn }
        Effect    = "Allow"
        Action    = "events:PutEvents"
        Resource  = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
      },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "forward_primary" {
  provider = aws.primary

  description    = "Carries events put in ${data.aws_region.primary.id} to ${data.aws_region.secondary.id}"
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], region = [data.aws_region.primary.id] })
  name           = "${var.name}-forward-to-secondary"
  tags           = var.tags
}

resource "aws_iam_role" "forward_primary" {
  provider = aws.primary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "events.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
  name                 = "${var.name}-forward-primary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "forward_primary" {
  provider = aws.primary

  name = "put-events"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
      },
    ]
  })
  role = aws_iam_role.forward_primary.name
}

resource "aws_cloudwatch_event_target" "forward_primary" {
  provider = aws.primary

  arn            = aws_cloudwatch_event_bus.secondary.arn
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  role_arn       = aws_iam_role.forward_primary.arn
  rule           = aws_cloudwatch_event_rule.forward_primary.name
  target_id      = "bus-secondary"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_cloudwatch_event_bus_policy.secondary,
    aws_iam_role_policy.forward_primary,
  ]
}

resource "aws_sqs_queue" "undelivered_primary" {
  # checkov:skip=CKV_AWS_27:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.primary

  kms_master_key_id         = local.service_key_arns.primary
  message_retention_seconds = 1209600
  name                      = "${var.name}-undelivered-primary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Sid       = "DeadLettersOfOurRules"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnLike = {
          "aws:SourceArn" = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:rule/${var.name}/*"
        }
      }
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-undelivered-primary"
      }], [for statement in [{
        Sid       = "DeadLettersOfOurBus"
        Principal = { Service = "events.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
          }
        }
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:${local.partition}:sqs:${data.aws_region.primary.id}:${local.account_id}:${var.name}-undelivered-primary"
    }] : statement if !(!(length(var.service_encryption[*]) > 0))])
  })
  sqs_managed_sse_enabled = !(length(var.service_encryption[*]) > 0) ? true : null
  tags                    = var.tags
}

resource "aws_cloudwatch_event_rule" "callers_primary" {
  provider = aws.primary
  for_each = { for name, rule in var.event_rules : name => rule if length(rule.primary_target[*]) > 0 }

  description    = each.value.description
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  event_pattern  = each.value.event_pattern
  name           = "${var.name}-${each.key}-primary"
  tags           = var.tags
}

resource "aws_cloudwatch_event_target" "callers_primary" {
  provider = aws.primary
  for_each = { for name, rule in var.event_rules : name => rule if length(rule.primary_target[*]) > 0 }

  arn            = each.value.primary_target.arn
  event_bus_name = aws_cloudwatch_event_bus.primary.name
  role_arn       = each.value.primary_target.role_arn
  rule           = aws_cloudwatch_event_rule.callers_primary[each.key].name
  target_id      = "target"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_primary.arn
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [each.value.primary_target.arn] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || can(regex(":event-bus/", arn))])
      error_message = "`event_rules.${each.key}.primary_target.arn` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [each.value.primary_target.arn] : one == null ? "null" : one])}."
    }
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}

resource "aws_cloudwatch_event_bus" "secondary" {
  provider = aws.secondary

  description        = "Events of ${var.name}, ${data.aws_region.secondary.id}"
  kms_key_identifier = local.service_key_arns.secondary
  name               = var.name
  tags               = var.tags

  dynamic "dead_letter_config" {
    for_each = !(length(var.service_encryption[*]) > 0) ? [] : [1]

    content {
      arn = aws_sqs_queue.undelivered_secondary.arn
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.service_encryption.key_arns.secondary, null)] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`service_encryption.key_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [try(var.service_encryption.key_arns.secondary, null)] : one == null ? "null" : one])}."
    }
  }
}

resource "aws_cloudwatch_event_bus_policy" "secondary" {
  provider = aws.secondary

  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ForwardFromPeer"
        Principal = { AWS = aws_iam_role.forward_primary.arn }
        Effect    = "Allow"
        Action    = "events:PutEvents"
        Resource  = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
      },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "forward_secondary" {
  provider = aws.secondary

  description    = "Carries events put in ${data.aws_region.secondary.id} to ${data.aws_region.primary.id}"
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern  = jsonencode({ source = ["dsql.application"], region = [data.aws_region.secondary.id] })
  name           = "${var.name}-forward-to-primary"
  tags           = var.tags
}

resource "aws_iam_role" "forward_secondary" {
  provider = aws.secondary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "events.amazonaws.com" }
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
    ]
  })
  name                 = "${var.name}-forward-secondary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "forward_secondary" {
  provider = aws.secondary

  name = "put-events"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
      },
    ]
  })
  role = aws_iam_role.forward_secondary.name
}

resource "aws_cloudwatch_event_target" "forward_secondary" {
  provider = aws.secondary

  arn            = aws_cloudwatch_event_bus.primary.arn
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  role_arn       = aws_iam_role.forward_secondary.arn
  rule           = aws_cloudwatch_event_rule.forward_secondary.name
  target_id      = "bus-primary"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  depends_on = [
    aws_cloudwatch_event_bus_policy.primary,
    aws_iam_role_policy.forward_secondary,
  ]
}

resource "aws_sqs_queue" "undelivered_secondary" {
  # checkov:skip=CKV_AWS_27:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  provider = aws.secondary

  kms_master_key_id         = local.service_key_arns.secondary
  message_retention_seconds = 1209600
  name                      = "${var.name}-undelivered-secondary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Sid       = "DeadLettersOfOurRules"
      Principal = { Service = "events.amazonaws.com" }
      Condition = {
        ArnLike = {
          "aws:SourceArn" = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:rule/${var.name}/*"
        }
      }
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-undelivered-secondary"
      }], [for statement in [{
        Sid       = "DeadLettersOfOurBus"
        Principal = { Service = "events.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
          }
        }
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:${local.partition}:sqs:${data.aws_region.secondary.id}:${local.account_id}:${var.name}-undelivered-secondary"
    }] : statement if !(!(length(var.service_encryption[*]) > 0))])
  })
  sqs_managed_sse_enabled = !(length(var.service_encryption[*]) > 0) ? true : null
  tags                    = var.tags
}

resource "aws_cloudwatch_event_rule" "callers_secondary" {
  provider = aws.secondary
  for_each = { for name, rule in var.event_rules : name => rule if length(rule.secondary_target[*]) > 0 }

  description    = each.value.description
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  event_pattern  = each.value.event_pattern
  name           = "${var.name}-${each.key}-secondary"
  tags           = var.tags
}

resource "aws_cloudwatch_event_target" "callers_secondary" {
  provider = aws.secondary
  for_each = { for name, rule in var.event_rules : name => rule if length(rule.secondary_target[*]) > 0 }

  arn            = each.value.secondary_target.arn
  event_bus_name = aws_cloudwatch_event_bus.secondary.name
  role_arn       = each.value.secondary_target.role_arn
  rule           = aws_cloudwatch_event_rule.callers_secondary[each.key].name
  target_id      = "target"

  dead_letter_config {
    arn = aws_sqs_queue.undelivered_secondary.arn
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [each.value.secondary_target.arn] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || can(regex(":event-bus/", arn))])
      error_message = "`event_rules.${each.key}.secondary_target.arn` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [each.value.secondary_target.arn] : one == null ? "null" : one])}."
    }
  }

  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }
}
