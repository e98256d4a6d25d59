# Generated from infra/ by `make modules`; do not edit.

locals {
  cluster_key_policies = {
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
          Sid       = "Clusters"
          Principal = { Service = "dsql.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:dsql:${data.aws_region.primary.id}:${local.account_id}:cluster/*"
            }
            Null = { "kms:EncryptionContext:aws:dsql:ClusterId" = "false" }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = "*"
        },
        {
          Sid       = "LookAtTheKey"
          Principal = { Service = "dsql.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:dsql:${data.aws_region.primary.id}:${local.account_id}:cluster/*"
            }
          }
          Effect   = "Allow"
          Action   = "kms:DescribeKey"
          Resource = "*"
        },
        {
          Sid       = "ClustersAreMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = { "kms:ViaService" = "dsql.${data.aws_region.primary.id}.amazonaws.com" }
            Null         = { "kms:EncryptionContext:aws:dsql:ClusterId" = "false" }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
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
          Sid       = "Clusters"
          Principal = { Service = "dsql.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:dsql:${data.aws_region.secondary.id}:${local.account_id}:cluster/*"
            }
            Null = { "kms:EncryptionContext:aws:dsql:ClusterId" = "false" }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = "*"
        },
        {
          Sid       = "LookAtTheKey"
          Principal = { Service = "dsql.amazonaws.com" }
          Condition = {
            ArnLike = {
              "aws:SourceArn" = "arn:${local.partition}:dsql:${data.aws_region.secondary.id}:${local.account_id}:cluster/*"
            }
          }
          Effect   = "Allow"
          Action   = "kms:DescribeKey"
          Resource = "*"
        },
        {
          Sid       = "ClustersAreMade"
          Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
          Condition = {
            StringEquals = { "kms:ViaService" = "dsql.${data.aws_region.secondary.id}.amazonaws.com" }
            Null         = { "kms:EncryptionContext:aws:dsql:ClusterId" = "false" }
          }
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = "*"
        },
      ]
    })
  }
  kms_encryption_key = {
    primary   = try(aws_kms_key.primary[0].arn, var.encryption.key_arns.primary, "AWS_OWNED_KMS_KEY")
    secondary = try(aws_kms_key.secondary[0].arn, var.encryption.key_arns.secondary, "AWS_OWNED_KMS_KEY")
  }
}

resource "aws_kms_key" "primary" {
  provider = aws.primary
  count    = (var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0)

  deletion_window_in_days = var.encryption.deletion_window_in_days
  description             = "Aurora DSQL cluster ${var.name}-primary"
  enable_key_rotation     = true
  policy                  = local.cluster_key_policies.primary
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "primary" {
  provider = aws.primary
  count    = (var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0)

  name          = "alias/${var.name}-dsql-primary"
  target_key_id = aws_kms_key.primary[0].key_id
}

resource "aws_kms_key" "secondary" {
  provider = aws.secondary
  count    = (var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0)

  deletion_window_in_days = var.encryption.deletion_window_in_days
  description             = "Aurora DSQL cluster ${var.name}-secondary"
  enable_key_rotation     = true
  policy                  = local.cluster_key_policies.secondary
  tags                    = var.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "secondary" {
  provider = aws.secondary
  count    = (var.encryption == null ? 0 : var.encryption.key_arns == null ? 1 : 0)

  name          = "alias/${var.name}-dsql-secondary"
  target_key_id = aws_kms_key.secondary[0].key_id
}

resource "aws_dsql_cluster" "primary" {
  provider = aws.primary

  deletion_protection_enabled = var.deletion_protection
  kms_encryption_key          = local.kms_encryption_key.primary
  tags                        = merge(var.tags, { Name = "${var.name}-primary" })

  lifecycle {
    ignore_changes = [
      multi_region_properties,
    ]

    postcondition {
      condition     = one(self.multi_region_properties).witness_region == data.aws_region.witness.id
      error_message = "The witness of a cluster cannot change: it has ${one(self.multi_region_properties).witness_region}, and `aws.witness` is a provider of ${data.aws_region.witness.id}. Give `aws.witness` a provider of ${one(self.multi_region_properties).witness_region}. Only new, empty clusters take another one: `-replace` both."
    }

    precondition {
      condition     = data.aws_region.primary.id != data.aws_region.secondary.id
      error_message = "The two clusters must be in different Regions, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Give `aws.primary` and `aws.secondary` providers of two Regions."
    }

    precondition {
      condition     = !contains([data.aws_region.primary.id, data.aws_region.secondary.id], data.aws_region.witness.id)
      error_message = "The witness must be a third Region that holds neither cluster, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Give `aws.witness` a provider of another Region of the same set."
    }

    precondition {
      condition     = anytrue([for set in values(var.region_sets) : length(setsubtract([data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id], set)) == 0])
      error_message = "All three Regions must belong to one Region set of Aurora DSQL, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Allowed: ${join("; ", [for set in values(var.region_sets) : join(", ", sort(set))])}. Where AWS has added Regions since, give the sets in `region_sets`."
    }

    precondition {
      condition     = alltrue([for arn in [try(var.encryption.key_arns.primary, null)] : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`encryption.key_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in [try(var.encryption.key_arns.primary, null)] : one == null ? "null" : one])}."
    }
  }

  multi_region_properties {
    witness_region = data.aws_region.witness.id
  }
}

resource "aws_dsql_cluster" "secondary" {
  provider = aws.secondary

  deletion_protection_enabled = var.deletion_protection
  kms_encryption_key          = local.kms_encryption_key.secondary
  tags                        = merge(var.tags, { Name = "${var.name}-secondary" })

  lifecycle {
    ignore_changes = [
      multi_region_properties,
    ]

    postcondition {
      condition     = one(self.multi_region_properties).witness_region == data.aws_region.witness.id
      error_message = "The witness of a cluster cannot change: it has ${one(self.multi_region_properties).witness_region}, and `aws.witness` is a provider of ${data.aws_region.witness.id}. Give `aws.witness` a provider of ${one(self.multi_region_properties).witness_region}. Only new, empty clusters take another one: `-replace` both."
    }

    precondition {
      condition     = data.aws_region.primary.id != data.aws_region.secondary.id
      error_message = "The two clusters must be in different Regions, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Give `aws.primary` and `aws.secondary` providers of two Regions."
    }

    precondition {
      condition     = !contains([data.aws_region.primary.id, data.aws_region.secondary.id], data.aws_region.witness.id)
      error_message = "The witness must be a third Region that holds neither cluster, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Give `aws.witness` a provider of another Region of the same set."
    }

    precondition {
      condition     = anytrue([for set in values(var.region_sets) : length(setsubtract([data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id], set)) == 0])
      error_message = "All three Regions must belong to one Region set of Aurora DSQL, got primary ${data.aws_region.primary.id}, secondary ${data.aws_region.secondary.id}, witness ${data.aws_region.witness.id}. Allowed: ${join("; ", [for set in values(var.region_sets) : join(", ", sort(set))])}. Where AWS has added Regions since, give the sets in `region_sets`."
    }

    precondition {
      condition     = alltrue([for arn in [try(var.encryption.key_arns.secondary, null)] : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`encryption.key_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in [try(var.encryption.key_arns.secondary, null)] : one == null ? "null" : one])}."
    }
  }

  multi_region_properties {
    witness_region = data.aws_region.witness.id
  }
}

resource "aws_dsql_cluster_peering" "primary" {
  provider = aws.primary
  count    = var.link_method == "provider" ? 1 : 0

  clusters       = [aws_dsql_cluster.secondary.arn]
  identifier     = aws_dsql_cluster.primary.identifier
  witness_region = one(aws_dsql_cluster.primary.multi_region_properties).witness_region

  lifecycle {
    replace_triggered_by = [
      aws_dsql_cluster.primary.identifier,
      aws_dsql_cluster.secondary.identifier,
    ]
  }
}

resource "aws_dsql_cluster_peering" "secondary" {
  provider = aws.secondary
  count    = var.link_method == "provider" ? 1 : 0

  clusters       = [aws_dsql_cluster.primary.arn]
  identifier     = aws_dsql_cluster.secondary.identifier
  witness_region = one(aws_dsql_cluster.secondary.multi_region_properties).witness_region

  lifecycle {
    replace_triggered_by = [
      aws_dsql_cluster.primary.identifier,
      aws_dsql_cluster.secondary.identifier,
    ]
  }
}

resource "terraform_data" "link" {
  count = var.link_method == "aws-cli" ? 1 : 0

  triggers_replace = { primary = aws_dsql_cluster.primary.identifier, secondary = aws_dsql_cluster.secondary.identifier }

  provisioner "local-exec" {
    command = "${path.module}/link.sh"
    environment = merge(var.link_environment, {
      PRIMARY_ARN          = aws_dsql_cluster.primary.arn
      SECONDARY_ARN        = aws_dsql_cluster.secondary.arn
      PRIMARY_IDENTIFIER   = aws_dsql_cluster.primary.identifier
      SECONDARY_IDENTIFIER = aws_dsql_cluster.secondary.identifier
      PRIMARY_REGION       = data.aws_region.primary.id
      SECONDARY_REGION     = data.aws_region.secondary.id
      WITNESS_REGION       = data.aws_region.witness.id
      ROLE_ARN             = var.link_role_arn == null ? "" : var.link_role_arn
      TIMEOUT_SECONDS      = var.link_timeout_minutes * 60
    })
    interpreter = ["sh"]
  }
}
