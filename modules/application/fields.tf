# Generated from infra/ by `make modules`; do not edit.

locals {
  field_key_arns = {
    primary   = try(aws_kms_key.fields_primary[0].arn, var.field_encryption.key_arns.primary, null)
    secondary = try(aws_kms_replica_key.fields_secondary[0].arn, var.field_encryption.key_arns.secondary, null)
  }
  field_key_policies = {
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
          Sid       = "UsedByTheTransactionsFunction"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-transactions-primary"
            }
            StringEquals = {
              "kms:EncryptionContext:table"  = "transactions.transactions"
              "kms:EncryptionContext:column" = "sensitive"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
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
          Sid       = "UsedByTheTransactionsFunction"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = "arn:${local.partition}:iam::${local.account_id}:role/${var.name}-transactions-secondary"
            }
            StringEquals = {
              "kms:EncryptionContext:table"  = "transactions.transactions"
              "kms:EncryptionContext:column" = "sensitive"
            }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = "*"
        },
      ]
    })
  }
}

resource "aws_kms_key" "fields_primary" {
  provider = aws.primary
  count    = var.field_encryption == null ? 0 : var.field_encryption.key_arns == null ? 1 : 0

  deletion_window_in_days = var.field_encryption.deletion_window_in_days
  description             = "Sensitive fields of ${var.name}"
  enable_key_rotation     = true
  multi_region            = true
  policy                  = local.field_key_policies.primary
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_replica_key" "fields_secondary" {
  provider = aws.secondary
  count    = var.field_encryption == null ? 0 : var.field_encryption.key_arns == null ? 1 : 0

  deletion_window_in_days = var.field_encryption.deletion_window_in_days
  description             = "Sensitive fields of ${var.name}"
  policy                  = local.field_key_policies.secondary
  primary_key_arn         = aws_kms_key.fields_primary[0].arn
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "fields_primary" {
  provider = aws.primary
  count    = var.field_encryption == null ? 0 : var.field_encryption.key_arns == null ? 1 : 0

  name          = "alias/${var.name}-fields-primary"
  target_key_id = aws_kms_key.fields_primary[0].key_id
}

resource "aws_iam_role_policy" "fields_primary" {
  provider = aws.primary
  count    = var.field_encryption == null ? 0 : 1

  name = "fields"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.field_key_arns.primary
        Condition = {
          StringEquals = {
            "kms:EncryptionContext:table"  = "transactions.transactions"
            "kms:EncryptionContext:column" = "sensitive"
          }
        }
      },
    ]
  })
  role = aws_iam_role.primary["transactions"].name

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.field_encryption.key_arns.primary, null)] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`field_encryption.key_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [try(var.field_encryption.key_arns.primary, null)] : one == null ? "null" : one])}."
    }
  }
}

resource "aws_kms_alias" "fields_secondary" {
  provider = aws.secondary
  count    = var.field_encryption == null ? 0 : var.field_encryption.key_arns == null ? 1 : 0

  name          = "alias/${var.name}-fields-secondary"
  target_key_id = aws_kms_replica_key.fields_secondary[0].key_id
}

resource "aws_iam_role_policy" "fields_secondary" {
  provider = aws.secondary
  count    = var.field_encryption == null ? 0 : 1

  name = "fields"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = local.field_key_arns.secondary
        Condition = {
          StringEquals = {
            "kms:EncryptionContext:table"  = "transactions.transactions"
            "kms:EncryptionContext:column" = "sensitive"
          }
        }
      },
    ]
  })
  role = aws_iam_role.secondary["transactions"].name

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.field_encryption.key_arns.secondary, null)] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`field_encryption.key_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [try(var.field_encryption.key_arns.secondary, null)] : one == null ? "null" : one])}."
    }
  }
}
