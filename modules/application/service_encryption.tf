# Generated from infra/ by `make modules`; do not edit.

locals {
  service_key_arns = {
    primary   = try(aws_kms_key.services_primary[0].arn, var.service_encryption.key_arns.primary, null)
    secondary = try(aws_kms_key.services_secondary[0].arn, var.service_encryption.key_arns.secondary, null)
  }
  service_key_policies = {
    primary = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "AdministeredByIam"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Effect    = "Allow"
          Action = [
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:PutKeyPolicy",
            "kms:ReplicateKey",
            "kms:RevokeGrant",
            "kms:RotateKeyOnDemand",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:Update*",
          ]
          Resource = "*"
        },
        {
          Sid       = "Logs"
          Principal = { Service = "logs.${data.aws_region.primary.id}.amazonaws.com" }
          Condition = {
            ArnLike = {
              "kms:EncryptionContext:aws:logs:arn" = [
                "arn:${local.partition}:logs:${data.aws_region.primary.id}:${local.account_id}:log-group:/aws/lambda/${var.name}-*",
                "arn:${local.partition}:logs:${data.aws_region.primary.id}:${local.account_id}:log-group:/aws/vendedlogs/apigateway/${var.name}-*",
                "arn:${local.partition}:logs:${data.aws_region.primary.id}:${local.account_id}:log-group:/aws/vendedlogs/fis/${var.name}-*",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
          Resource = "*"
        },
        {
          Sid       = "Events"
          Principal = { Service = "events.amazonaws.com" }
          Condition = {
            StringEquals = {
              "kms:EncryptionContext:aws:events:event-bus:arn" = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "EventsLookAtTheKey"
          Principal = { Service = "events.amazonaws.com" }
          Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
          Effect    = "Allow"
          Action    = ["kms:DescribeKey"]
          Resource  = "*"
        },
        {
          Sid       = "DeadLetters"
          Principal = { Service = "events.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = [
                "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}",
                "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:rule/${var.name}/*",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "Alarms"
          Principal = { Service = "cloudwatch.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-*"
            }
            StringEquals = { "aws:SourceAccount" = local.account_id }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "FunctionsSend"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = {
              "kms:ViaService" = ["sns.${data.aws_region.primary.id}.amazonaws.com", "sqs.${data.aws_region.primary.id}.amazonaws.com"]
            }
            ArnEquals = {
              "aws:PrincipalArn" = [
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-audit-primary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-consumer-primary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-notify-primary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-relay-primary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-review-primary",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "QueuesAreRead"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = ["sqs.${data.aws_region.primary.id}.amazonaws.com"] } }
          Effect    = "Allow"
          Action    = ["kms:Decrypt"]
          Resource  = "*"
        },
        {
          Sid       = "BusIsMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = { "kms:ViaService" = ["events.${data.aws_region.primary.id}.amazonaws.com"] }
            StringLike = {
              "kms:EncryptionContext:aws:events:event-bus:arn" = "arn:${local.partition}:events:${data.aws_region.primary.id}:${local.account_id}:event-bus/${var.name}"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"]
          Resource = "*"
        },
        {
          Sid       = "EnvironmentsAreMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = ["lambda.${data.aws_region.primary.id}.amazonaws.com"] } }
          Effect    = "Allow"
          Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]
          Resource  = "*"
        },
      ]
    })
    secondary = jsonencode({
      Version = "2012-10-17"
      Statement = [
        {
          Sid       = "AdministeredByIam"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Effect    = "Allow"
          Action = [
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:PutKeyPolicy",
            "kms:ReplicateKey",
            "kms:RevokeGrant",
            "kms:RotateKeyOnDemand",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:Update*",
          ]
          Resource = "*"
        },
        {
          Sid       = "Logs"
          Principal = { Service = "logs.${data.aws_region.secondary.id}.amazonaws.com" }
          Condition = {
            ArnLike = {
              "kms:EncryptionContext:aws:logs:arn" = [
                "arn:${local.partition}:logs:${data.aws_region.secondary.id}:${local.account_id}:log-group:/aws/lambda/${var.name}-*",
                "arn:${local.partition}:logs:${data.aws_region.secondary.id}:${local.account_id}:log-group:/aws/vendedlogs/apigateway/${var.name}-*",
                "arn:${local.partition}:logs:${data.aws_region.secondary.id}:${local.account_id}:log-group:/aws/vendedlogs/fis/${var.name}-*",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
          Resource = "*"
        },
        {
          Sid       = "Events"
          Principal = { Service = "events.amazonaws.com" }
          Condition = {
            StringEquals = {
              "kms:EncryptionContext:aws:events:event-bus:arn" = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "EventsLookAtTheKey"
          Principal = { Service = "events.amazonaws.com" }
          Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
          Effect    = "Allow"
          Action    = ["kms:DescribeKey"]
          Resource  = "*"
        },
        {
          Sid       = "DeadLetters"
          Principal = { Service = "events.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = [
                "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}",
                "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:rule/${var.name}/*",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "Alarms"
          Principal = { Service = "cloudwatch.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-*"
            }
            StringEquals = { "aws:SourceAccount" = local.account_id }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "FunctionsSend"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = {
              "kms:ViaService" = [
                "sns.${data.aws_region.secondary.id}.amazonaws.com",
                "sqs.${data.aws_region.secondary.id}.amazonaws.com",
              ]
            }
            ArnEquals = {
              "aws:PrincipalArn" = [
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-audit-secondary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-consumer-secondary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-notify-secondary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-relay-secondary",
                "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-review-secondary",
              ]
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
        {
          Sid       = "QueuesAreRead"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = ["sqs.${data.aws_region.secondary.id}.amazonaws.com"] } }
          Effect    = "Allow"
          Action    = ["kms:Decrypt"]
          Resource  = "*"
        },
        {
          Sid       = "BusIsMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = { "kms:ViaService" = ["events.${data.aws_region.secondary.id}.amazonaws.com"] }
            StringLike = {
              "kms:EncryptionContext:aws:events:event-bus:arn" = "arn:${local.partition}:events:${data.aws_region.secondary.id}:${local.account_id}:event-bus/${var.name}"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"]
          Resource = "*"
        },
        {
          Sid       = "EnvironmentsAreMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = ["lambda.${data.aws_region.secondary.id}.amazonaws.com"] } }
          Effect    = "Allow"
          Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]
          Resource  = "*"
        },
      ]
    })
  }
}

resource "aws_kms_key" "services_primary" {
  provider = aws.primary
  count    = !(length(var.service_encryption[*]) > 0) ? 0 : var.service_encryption.key_arns == null ? 1 : 0

  deletion_window_in_days = var.service_encryption.deletion_window_in_days
  description             = "Logs, queues, topics, events and environments of ${var.name}, primary"
  enable_key_rotation     = true
  policy                  = local.service_key_policies.primary
  rotation_period_in_days = var.service_encryption.rotation_period_in_days
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "services_primary" {
  provider = aws.primary
  count    = !(length(var.service_encryption[*]) > 0) ? 0 : var.service_encryption.key_arns == null ? 1 : 0

  name          = "alias/${var.name}-services-primary"
  target_key_id = aws_kms_key.services_primary[0].key_id
}

resource "aws_iam_role_policy" "services_primary" {
  provider = aws.primary
  for_each = { for name in keys(local.functions) : name => name == "notify" ? ["sns", "sqs"] : ["sqs"] if !(!(length(var.service_encryption[*]) > 0)) && contains(["audit", "consumer", "notify", "relay", "review"], name) }

  name = "services"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.service_key_arns.primary
        Condition = {
          StringEquals = {
            "kms:ViaService" = [for service in each.value : "${service}.${data.aws_region.primary.id}.amazonaws.com"]
          }
        }
      },
    ]
  })
  role = aws_iam_role.primary[each.key].name
}

resource "aws_kms_key" "services_secondary" {
  provider = aws.secondary
  count    = !(length(var.service_encryption[*]) > 0) ? 0 : var.service_encryption.key_arns == null ? 1 : 0

  deletion_window_in_days = var.service_encryption.deletion_window_in_days
  description             = "Logs, queues, topics, events and environments of ${var.name}, secondary"
  enable_key_rotation     = true
  policy                  = local.service_key_policies.secondary
  rotation_period_in_days = var.service_encryption.rotation_period_in_days
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "services_secondary" {
  provider = aws.secondary
  count    = !(length(var.service_encryption[*]) > 0) ? 0 : var.service_encryption.key_arns == null ? 1 : 0

  name          = "alias/${var.name}-services-secondary"
  target_key_id = aws_kms_key.services_secondary[0].key_id
}

resource "aws_iam_role_policy" "services_secondary" {
  provider = aws.secondary
  for_each = { for name in keys(local.functions) : name => name == "notify" ? ["sns", "sqs"] : ["sqs"] if !(!(length(var.service_encryption[*]) > 0)) && contains(["audit", "consumer", "notify", "relay", "review"], name) }

  name = "services"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.service_key_arns.secondary
        Condition = {
          StringEquals = {
            "kms:ViaService" = [for service in each.value : "${service}.${data.aws_region.secondary.id}.amazonaws.com"]
          }
        }
      },
    ]
  })
  role = aws_iam_role.secondary[each.key].name
}
