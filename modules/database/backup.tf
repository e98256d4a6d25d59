# Generated from infra/ by `make modules`; do not edit.

locals {
  backup_key_policies = {
    primary = local.account_id == null ? null : jsonencode({
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
          Sid       = "Vault"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = "backup.${data.aws_region.primary.id}.amazonaws.com" } }
          Effect    = "Allow"
          Action = [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = "*"
        },
      ]
    })
    secondary = local.account_id == null ? null : jsonencode({
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
          Sid       = "Vault"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = { StringEquals = { "kms:ViaService" = "backup.${data.aws_region.secondary.id}.amazonaws.com" } }
          Effect    = "Allow"
          Action = [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = "*"
        },
      ]
    })
  }
}

resource "aws_backup_vault" "primary" {
  # checkov:skip=CKV_AWS_166:encrypted with the key of `backup` where it is given, and with AWS Backup's own key otherwise
  provider = aws.primary
  count    = var.backup == null ? 0 : 1

  kms_key_arn = try(var.backup.key_arns.primary, null)
  name        = var.name
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.backup.key_arns.primary, null)] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`backup.key_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [try(var.backup.key_arns.primary, null)] : one == null ? "null" : one])}."
    }
  }
}

resource "aws_backup_vault_lock_configuration" "primary" {
  provider = aws.primary
  count    = var.backup == null ? 0 : var.backup.lock == null ? 0 : 1

  backup_vault_name   = aws_backup_vault.primary[0].name
  changeable_for_days = var.backup.lock.changeable_for_days
  max_retention_days  = var.backup.lock.max_retention_days
  min_retention_days  = var.backup.lock.min_retention_days
}

resource "aws_iam_role" "backup_primary" {
  provider = aws.primary
  count    = var.backup == null ? 0 : 1

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
  name                 = "${var.name}-backup-primary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "backup_primary" {
  provider = aws.primary
  count    = var.backup == null ? 0 : 1

  name = "backup"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Cluster"
        Effect = "Allow"
        Action = [
          "dsql:GetBackupJob",
          "dsql:GetCluster",
          "dsql:ListTagsForResource",
          "dsql:StartBackupJob",
          "dsql:StopBackupJob",
        ]
        Resource = aws_dsql_cluster.primary.arn
      },
      {
        Sid       = "Lists"
        Effect    = "Allow"
        Action    = "dsql:ListClusters"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.primary.id } }
      },
      {
        Sid       = "CopyFrom"
        Effect    = "Allow"
        Action    = "backup:CopyFromBackupVault"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.primary.id } }
      },
      {
        Sid    = "Vaults"
        Effect = "Allow"
        Action = ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"]
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:${local.account_id}:backup-vault:${var.name}",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:${local.account_id}:backup-vault:${var.name}",
        ]
      },
      {
        Sid    = "RecoveryPoints"
        Effect = "Allow"
        Action = "backup:TagResource"
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:${local.account_id}:recovery-point:*",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:${local.account_id}:recovery-point:*",
        ]
      },
      {
        Sid    = "Keys"
        Effect = "Allow"
        Action = [
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ]
        Resource = [
          "arn:${local.partition}:kms:${data.aws_region.primary.id}:${local.account_id}:key/*",
          "arn:${local.partition}:kms:${data.aws_region.secondary.id}:${local.account_id}:key/*",
        ]
        Condition = {
          StringEquals = {
            "kms:ViaService" = [
              "backup.${data.aws_region.primary.id}.amazonaws.com",
              "dsql.${data.aws_region.primary.id}.amazonaws.com",
              "backup.${data.aws_region.secondary.id}.amazonaws.com",
              "dsql.${data.aws_region.secondary.id}.amazonaws.com",
            ]
          }
        }
      },
    ]
  })
  role = aws_iam_role.backup_primary[0].name
}

resource "aws_backup_plan" "primary" {
  provider = aws.primary
  count    = var.backup == null ? 0 : contains(var.backup.taken_in, "primary") ? 1 : 0

  name = "${var.name}-primary"
  tags = var.tags

  rule {
    completion_window = 10080
    rule_name         = "database"
    schedule          = var.backup.schedule
    start_window      = 480
    target_vault_name = aws_backup_vault.primary[0].name

    copy_action {
      destination_vault_arn = aws_backup_vault.secondary[0].arn

      lifecycle {
        delete_after = var.backup.retention_days
      }
    }

    lifecycle {
      delete_after = var.backup.retention_days
    }
  }
}

resource "aws_backup_selection" "primary" {
  provider = aws.primary
  count    = var.backup == null ? 0 : contains(var.backup.taken_in, "primary") ? 1 : 0

  iam_role_arn = aws_iam_role.backup_primary[0].arn
  name         = "${var.name}-primary"
  plan_id      = aws_backup_plan.primary[0].id
  resources    = [aws_dsql_cluster.primary.arn]

  depends_on = [
    aws_iam_role_policy.backup_primary,
  ]
}

resource "aws_backup_vault" "secondary" {
  # checkov:skip=CKV_AWS_166:encrypted with the key of `backup` where it is given, and with AWS Backup's own key otherwise
  provider = aws.secondary
  count    = var.backup == null ? 0 : 1

  kms_key_arn = try(var.backup.key_arns.secondary, null)
  name        = var.name
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = alltrue([for arn in [try(var.backup.key_arns.secondary, null)] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`backup.key_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [try(var.backup.key_arns.secondary, null)] : one == null ? "null" : one])}."
    }
  }
}

resource "aws_backup_vault_lock_configuration" "secondary" {
  provider = aws.secondary
  count    = var.backup == null ? 0 : var.backup.lock == null ? 0 : 1

  backup_vault_name   = aws_backup_vault.secondary[0].name
  changeable_for_days = var.backup.lock.changeable_for_days
  max_retention_days  = var.backup.lock.max_retention_days
  min_retention_days  = var.backup.lock.min_retention_days
}

resource "aws_iam_role" "backup_secondary" {
  provider = aws.secondary
  count    = var.backup == null ? 0 : 1

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
  name                 = "${var.name}-backup-secondary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "backup_secondary" {
  provider = aws.secondary
  count    = var.backup == null ? 0 : 1

  name = "backup"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Cluster"
        Effect = "Allow"
        Action = [
          "dsql:GetBackupJob",
          "dsql:GetCluster",
          "dsql:ListTagsForResource",
          "dsql:StartBackupJob",
          "dsql:StopBackupJob",
        ]
        Resource = aws_dsql_cluster.secondary.arn
      },
      {
        Sid       = "Lists"
        Effect    = "Allow"
        Action    = "dsql:ListClusters"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.secondary.id } }
      },
      {
        Sid       = "CopyFrom"
        Effect    = "Allow"
        Action    = "backup:CopyFromBackupVault"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.secondary.id } }
      },
      {
        Sid    = "Vaults"
        Effect = "Allow"
        Action = ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"]
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:${local.account_id}:backup-vault:${var.name}",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:${local.account_id}:backup-vault:${var.name}",
        ]
      },
      {
        Sid    = "RecoveryPoints"
        Effect = "Allow"
        Action = "backup:TagResource"
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:${local.account_id}:recovery-point:*",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:${local.account_id}:recovery-point:*",
        ]
      },
      {
        Sid    = "Keys"
        Effect = "Allow"
        Action = [
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ]
        Resource = [
          "arn:${local.partition}:kms:${data.aws_region.primary.id}:${local.account_id}:key/*",
          "arn:${local.partition}:kms:${data.aws_region.secondary.id}:${local.account_id}:key/*",
        ]
        Condition = {
          StringEquals = {
            "kms:ViaService" = [
              "backup.${data.aws_region.primary.id}.amazonaws.com",
              "dsql.${data.aws_region.primary.id}.amazonaws.com",
              "backup.${data.aws_region.secondary.id}.amazonaws.com",
              "dsql.${data.aws_region.secondary.id}.amazonaws.com",
            ]
          }
        }
      },
    ]
  })
  role = aws_iam_role.backup_secondary[0].name
}

resource "aws_backup_plan" "secondary" {
  provider = aws.secondary
  count    = var.backup == null ? 0 : contains(var.backup.taken_in, "secondary") ? 1 : 0

  name = "${var.name}-secondary"
  tags = var.tags

  rule {
    completion_window = 10080
    rule_name         = "database"
    schedule          = var.backup.schedule
    start_window      = 480
    target_vault_name = aws_backup_vault.secondary[0].name

    copy_action {
      destination_vault_arn = aws_backup_vault.primary[0].arn

      lifecycle {
        delete_after = var.backup.retention_days
      }
    }

    lifecycle {
      delete_after = var.backup.retention_days
    }
  }
}

resource "aws_backup_selection" "secondary" {
  provider = aws.secondary
  count    = var.backup == null ? 0 : contains(var.backup.taken_in, "secondary") ? 1 : 0

  iam_role_arn = aws_iam_role.backup_secondary[0].arn
  name         = "${var.name}-secondary"
  plan_id      = aws_backup_plan.secondary[0].id
  resources    = [aws_dsql_cluster.secondary.arn]

  depends_on = [
    aws_iam_role_policy.backup_secondary,
  ]
}

resource "aws_iam_role" "restore" {
  provider = aws.primary
  count    = var.backup == null ? 0 : 1

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
  name                 = "${var.name}-restore"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "restore" {
  provider = aws.primary
  count    = var.backup == null ? 0 : 1

  name = "restore"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Clusters"
        Effect = "Allow"
        Action = [
          "dsql:AddPeerCluster",
          "dsql:CreateCluster",
          "dsql:GetCluster",
          "dsql:GetRestoreJob",
          "dsql:PutMultiRegionProperties",
          "dsql:PutWitnessRegion",
          "dsql:RemovePeerCluster",
          "dsql:StartRestoreJob",
          "dsql:StopRestoreJob",
          "dsql:TagResource",
          "dsql:UpdateCluster",
        ]
        Resource = [
          "arn:${local.partition}:dsql:${data.aws_region.primary.id}:${local.account_id}:cluster/*",
          "arn:${local.partition}:dsql:${data.aws_region.secondary.id}:${local.account_id}:cluster/*",
          "arn:${local.partition}:dsql:${data.aws_region.witness.id}:${local.account_id}:cluster/*",
        ]
      },
      {
        Sid    = "Keys"
        Effect = "Allow"
        Action = [
          "kms:CreateGrant",
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ]
        Resource = [
          "arn:${local.partition}:kms:${data.aws_region.primary.id}:${local.account_id}:key/*",
          "arn:${local.partition}:kms:${data.aws_region.secondary.id}:${local.account_id}:key/*",
        ]
        Condition = {
          StringEquals = {
            "kms:ViaService" = [
              "backup.${data.aws_region.primary.id}.amazonaws.com",
              "dsql.${data.aws_region.primary.id}.amazonaws.com",
              "backup.${data.aws_region.secondary.id}.amazonaws.com",
              "dsql.${data.aws_region.secondary.id}.amazonaws.com",
            ]
          }
        }
      },
    ]
  })
  role = aws_iam_role.restore[0].name
}
