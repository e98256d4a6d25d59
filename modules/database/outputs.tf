# Generated from infra/ by `make modules`; do not edit.

output "backup" {
  description = "Role that AWS Backup restores with; for the sides `primary` and `secondary` the vault of the Region, for how many days its lock keeps recovery points at least (null without a lock), and the plan (null where no backup is taken). Null without `backup`."
  value = var.backup == null ? null : {
    restore_role_arn = one(aws_iam_role.restore[*].arn)
    primary = {
      min_retention_days = one(aws_backup_vault_lock_configuration.primary[*].min_retention_days)
      plan_id            = one(aws_backup_plan.primary[*].id)
      vault_name         = one(aws_backup_vault.primary[*].name)
    }
    secondary = {
      min_retention_days = one(aws_backup_vault_lock_configuration.secondary[*].min_retention_days)
      plan_id            = one(aws_backup_plan.secondary[*].id)
      vault_name         = one(aws_backup_vault.secondary[*].name)
    }
  }
}

output "connect_policies" {
  description = "For the sides `primary` and `secondary`: IAM policy document for another workload that connects to the cluster of its Region as a database role which the schema's owner maps to it with `AWS IAM GRANT`."
  value = {
    primary = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "dsql:DbConnect", Resource = aws_dsql_cluster.primary.arn }]
    })
    secondary = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "dsql:DbConnect", Resource = aws_dsql_cluster.secondary.arn }]
    })
  }
}

output "deployer_policy" {
  description = "IAM policy document with what an apply and a destroy of this module need, for the role that runs Terraform. `link_role_arn` also needs `sts:AssumeRole` on it."
  value = jsonencode({
    Version = "2012-10-17"
    Statement = concat([for statement in [
      {
        Effect = "Allow"
        Action = [
          "dsql:AddPeerCluster",
          "dsql:CreateCluster",
          "dsql:DeleteCluster",
          "dsql:GetCluster",
          "dsql:GetVpcEndpointServiceName",
          "dsql:ListTagsForResource",
          "dsql:PutMultiRegionProperties",
          "dsql:PutWitnessRegion",
          "dsql:RemovePeerCluster",
          "dsql:TagResource",
          "dsql:UntagResource",
          "dsql:UpdateCluster",
        ]
        Resource = "*"
        Sid      = "Clusters"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
      },
      {
        Effect = "Allow"
        Action = [
          "kms:CreateAlias",
          "kms:CreateKey",
          "kms:DeleteAlias",
          "kms:DescribeKey",
          "kms:EnableKey",
          "kms:EnableKeyRotation",
          "kms:GetKeyPolicy",
          "kms:GetKeyRotationStatus",
          "kms:ListAliases",
          "kms:ListResourceTags",
          "kms:PutKeyPolicy",
          "kms:ReplicateKey",
          "kms:ScheduleKeyDeletion",
          "kms:TagResource",
          "kms:UntagResource",
          "kms:UpdateAlias",
          "kms:UpdateKeyDescription",
        ]
        Resource = "*"
        Sid      = "Keys"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
      },
      {
        Effect   = "Allow"
        Action   = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = "*"
        Sid      = "KeyUse"
        Condition = {
          StringLike = { "kms:ViaService" = ["dsql.*.amazonaws.com", "events.*.amazonaws.com", "lambda.*.amazonaws.com"] }
        }
      },
      ] : statement if true], [for statement in [
      {
        Sid    = "BackupPlans"
        Effect = "Allow"
        Action = [
          "backup:*BackupPlan",
          "backup:*BackupSelection",
          "backup:ListTags",
          "backup:TagResource",
          "backup:UntagResource",
        ]
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:*:backup-plan:*",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:*:backup-plan:*",
        ]
      },
      {
        Sid    = "BackupVaults"
        Effect = "Allow"
        Action = [
          "backup:*BackupVault",
          "backup:*BackupVaultLockConfiguration",
          "backup:ListTags",
          "backup:TagResource",
          "backup:UntagResource",
        ]
        Resource = [
          "arn:${local.partition}:backup:${data.aws_region.primary.id}:*:backup-vault:${var.name}",
          "arn:${local.partition}:backup:${data.aws_region.secondary.id}:*:backup-vault:${var.name}",
        ]
      },
      {
        Sid      = "BackupStorage"
        Effect   = "Allow"
        Action   = "backup-storage:MountCapsule"
        Resource = "*"
        Condition = {
          StringEquals = { "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id] }
        }
      },
      {
        Sid    = "Roles"
        Effect = "Allow"
        Action = [
          "iam:CreateRole",
          "iam:DeleteRole",
          "iam:DeleteRolePolicy",
          "iam:GetRole",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:ListInstanceProfilesForRole",
          "iam:ListRolePolicies",
          "iam:PassRole",
          "iam:DeleteRolePermissionsBoundary",
          "iam:PutRolePermissionsBoundary",
          "iam:PutRolePolicy",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRole",
        ]
        Resource = "arn:${local.partition}:iam::*:role/${var.name}-*"
      },
    ] : statement if var.backup != null])
  })
}

output "key_policies" {
  description = "For the sides `primary` and `secondary`, by the name of the input that takes `key_arns`: key policy for a KMS key of yours. Keys that are made here have the same. Null without `account_id` where no key is made."
  value = {
    primary   = { backup = local.backup_key_policies.primary, encryption = local.cluster_key_policies.primary }
    secondary = { backup = local.backup_key_policies.secondary, encryption = local.cluster_key_policies.secondary }
  }
}

output "name" {
  description = "Name of the application."
  value       = var.name
}

output "regions" {
  description = "For the sides `primary` and `secondary`: Region, cluster and public endpoint. Known once the clusters are linked, so that what uses an endpoint waits for the link."
  value = {
    primary = {
      cluster_arn        = aws_dsql_cluster.primary.arn
      cluster_identifier = aws_dsql_cluster.primary.identifier
      endpoint           = "${aws_dsql_cluster.primary.identifier}.dsql.${data.aws_region.primary.id}.on.aws"
      region             = data.aws_region.primary.id
    }
    secondary = {
      cluster_arn        = aws_dsql_cluster.secondary.arn
      cluster_identifier = aws_dsql_cluster.secondary.identifier
      endpoint           = "${aws_dsql_cluster.secondary.identifier}.dsql.${data.aws_region.secondary.id}.on.aws"
      region             = data.aws_region.secondary.id
    }
  }

  depends_on = [
    terraform_data.link,
    aws_dsql_cluster_peering.primary,
    aws_dsql_cluster_peering.secondary,
  ]
}

output "vpc_endpoint_service_names" {
  description = "For the sides `primary` and `secondary`: name of the AWS PrivateLink service for an `aws_vpc_endpoint` of yours. Known as soon as the cluster exists."
  value = {
    primary   = aws_dsql_cluster.primary.vpc_endpoint_service_name
    secondary = aws_dsql_cluster.secondary.vpc_endpoint_service_name
  }
}

output "witness_region" {
  description = "Region that holds the witness."
  value       = data.aws_region.witness.id
}
