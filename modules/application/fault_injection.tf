# Generated from infra/ by `make modules`; do not edit.

locals {
  faults = {
    primary = { for fault, given in {
      database = {
        about  = "Failing connections to the database"
        action = "aws:dsql:cluster-connection-failure"
        arns   = [aws_dsql_cluster.primary.arn]
        parameters = {
          duration   = "PT${try(var.fault_injection.duration_minutes, 0)}M"
          percentage = try(tostring(var.fault_injection.percentage), null)
        }
        targets = "Clusters"
        type    = "aws:dsql:cluster"
      }
      network = {
        about      = "Cut off subnets"
        action     = "aws:network:disrupt-connectivity"
        arns       = [for subnet in try(var.vpc.primary.subnet_ids, []) : "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:subnet/${subnet}"]
        parameters = { duration = "PT${try(var.fault_injection.duration_minutes, 0)}M", scope = "all" }
        targets    = "Subnets"
        type       = "aws:ec2:subnet"
      }
    } : fault => given if length(var.fault_injection[*]) > 0 && (fault == "database" || try(var.fault_injection.network, false)) }
    secondary = { for fault, given in {
      database = {
        about  = "Failing connections to the database"
        action = "aws:dsql:cluster-connection-failure"
        arns   = [aws_dsql_cluster.secondary.arn]
        parameters = {
          duration   = "PT${try(var.fault_injection.duration_minutes, 0)}M"
          percentage = try(tostring(var.fault_injection.percentage), null)
        }
        targets = "Clusters"
        type    = "aws:dsql:cluster"
      }
      network = {
        about      = "Cut off subnets"
        action     = "aws:network:disrupt-connectivity"
        arns       = [for subnet in try(var.vpc.secondary.subnet_ids, []) : "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:subnet/${subnet}"]
        parameters = { duration = "PT${try(var.fault_injection.duration_minutes, 0)}M", scope = "all" }
        targets    = "Subnets"
        type       = "aws:ec2:subnet"
      }
    } : fault => given if length(var.fault_injection[*]) > 0 && (fault == "database" || try(var.fault_injection.network, false)) }
  }
}

resource "aws_cloudwatch_log_group" "faults_primary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.primary
  count    = var.fault_injection == null ? 0 : 1

  kms_key_id        = local.service_key_arns.primary
  name              = "/aws/vendedlogs/fis/${var.name}-primary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "faults_primary" {
  provider = aws.primary
  count    = var.fault_injection == null ? 0 : 1

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "fis.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:fis:${data.aws_region.primary.id}:${local.account_id}:experiment/*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
      },
    ]
  })
  name                 = "${var.name}-fault-injection-primary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "faults_primary" {
  provider = aws.primary
  count    = var.fault_injection == null ? 0 : 1

  name = "inject"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Fault"
        Effect   = "Allow"
        Action   = "dsql:InjectError"
        Resource = "*"
        Condition = {
          StringEquals             = { "dsql:FisActionId" = "aws:dsql:cluster-connection-failure" }
          "ForAllValues:ArnEquals" = { "dsql:FisTargetArns" = aws_dsql_cluster.primary.arn }
        }
      },
      {
        Sid      = "Cluster"
        Effect   = "Allow"
        Action   = "dsql:GetCluster"
        Resource = aws_dsql_cluster.primary.arn
      },
      {
        Sid       = "Targets"
        Effect    = "Allow"
        Action    = "tag:GetResources"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.primary.id } }
      },
      {
        Sid    = "Log"
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:PutResourcePolicy",
        ]
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.primary.id } }
      },
      ], [for statement in [
        {
          Sid       = "TagAcls"
          Effect    = "Allow"
          Action    = "ec2:CreateTags"
          Resource  = "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:network-acl/*"
          Condition = { StringEquals = { "aws:RequestTag/managedByFIS" = "true", "ec2:CreateAction" = "CreateNetworkAcl" } }
        },
        {
          Sid       = "MakeAcls"
          Effect    = "Allow"
          Action    = "ec2:CreateNetworkAcl"
          Resource  = "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:network-acl/*"
          Condition = { StringEquals = { "aws:RequestTag/managedByFIS" = "true" } }
        },
        {
          Sid      = "MakeAclsInVpcs"
          Effect   = "Allow"
          Action   = "ec2:CreateNetworkAcl"
          Resource = "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:vpc/*"
        },
        {
          Sid    = "FillAndDeleteAcls"
          Effect = "Allow"
          Action = ["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"]
          Resource = [
            "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:network-acl/*",
            "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:vpc/*",
          ]
          Condition = { StringEquals = { "ec2:ResourceTag/managedByFIS" = "true" } }
        },
        {
          Sid      = "ExchangeAcls"
          Effect   = "Allow"
          Action   = "ec2:ReplaceNetworkAclAssociation"
          Resource = concat(["arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:network-acl/*"], [for subnet in try(var.vpc.primary.subnet_ids, []) : "arn:${local.partition}:ec2:${data.aws_region.primary.id}:${local.account_id}:subnet/${subnet}"])
        },
        {
          Sid      = "PrefixLists"
          Effect   = "Allow"
          Action   = "ec2:GetManagedPrefixListEntries"
          Resource = "arn:${local.partition}:ec2:${data.aws_region.primary.id}:*:prefix-list/*"
        },
        {
          Sid    = "Network"
          Effect = "Allow"
          Action = [
            "ec2:DescribeManagedPrefixLists",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
          ]
          Resource  = "*"
          Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.primary.id } }
        },
    ] : statement if var.fault_injection.network])
  })
  role = aws_iam_role.faults_primary[0].name
}

resource "aws_fis_experiment_template" "primary" {
  provider = aws.primary
  for_each = local.faults.primary

  description = "${each.value.about} of ${var.name} in ${data.aws_region.primary.id}"
  role_arn    = aws_iam_role.faults_primary[0].arn
  tags        = merge(var.tags, { Name = "${var.name}-${each.key}-primary" })

  action {
    action_id = each.value.action
    name      = each.key

    dynamic "parameter" {
      for_each = each.value.parameters

      content {
        key   = parameter.key
        value = parameter.value
      }
    }

    target {
      key   = each.value.targets
      value = each.key
    }
  }

  dynamic "stop_condition" {
    for_each = concat(["arn:${local.partition}:cloudwatch:${data.aws_region.primary.id}:${local.account_id}:alarm:${var.name}-both-primary"], var.fault_injection.stop_alarm_arns.primary)

    content {
      source = "aws:cloudwatch:alarm"
      value  = stop_condition.value
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in try(var.fault_injection.stop_alarm_arns.primary, []) : contains(["", data.aws_region.primary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`fault_injection.stop_alarm_arns.primary` must be of the primary Region, ${data.aws_region.primary.id}, got ${join(", ", [for one in try(var.fault_injection.stop_alarm_arns.primary, []) : one == null ? "null" : one])}."
    }
  }

  log_configuration {
    log_schema_version = 2

    cloudwatch_logs_configuration {
      log_group_arn = "${aws_cloudwatch_log_group.faults_primary[0].arn}:*"
    }
  }

  target {
    name           = each.key
    resource_arns  = each.value.arns
    resource_type  = each.value.type
    selection_mode = "ALL"
  }

  depends_on = [
    aws_iam_role_policy.faults_primary,
    aws_cloudwatch_composite_alarm.both_primary,
  ]
}

resource "aws_cloudwatch_log_group" "faults_secondary" {
  # checkov:skip=CKV_AWS_158:encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice, `log_retention_days`
  provider = aws.secondary
  count    = var.fault_injection == null ? 0 : 1

  kms_key_id        = local.service_key_arns.secondary
  name              = "/aws/vendedlogs/fis/${var.name}-secondary"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "faults_secondary" {
  provider = aws.secondary
  count    = var.fault_injection == null ? 0 : 1

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "fis.amazonaws.com" }
        Condition = {
          ArnLike = {
            "aws:SourceArn" = "arn:${local.partition}:fis:${data.aws_region.secondary.id}:${local.account_id}:experiment/*"
          }
          StringEquals = { "aws:SourceAccount" = local.account_id }
        }
      },
    ]
  })
  name                 = "${var.name}-fault-injection-secondary"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "faults_secondary" {
  provider = aws.secondary
  count    = var.fault_injection == null ? 0 : 1

  name = "inject"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Fault"
        Effect   = "Allow"
        Action   = "dsql:InjectError"
        Resource = "*"
        Condition = {
          StringEquals             = { "dsql:FisActionId" = "aws:dsql:cluster-connection-failure" }
          "ForAllValues:ArnEquals" = { "dsql:FisTargetArns" = aws_dsql_cluster.secondary.arn }
        }
      },
      {
        Sid      = "Cluster"
        Effect   = "Allow"
        Action   = "dsql:GetCluster"
        Resource = aws_dsql_cluster.secondary.arn
      },
      {
        Sid       = "Targets"
        Effect    = "Allow"
        Action    = "tag:GetResources"
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.secondary.id } }
      },
      {
        Sid    = "Log"
        Effect = "Allow"
        Action = [
          "logs:CreateLogDelivery",
          "logs:DescribeLogGroups",
          "logs:DescribeResourcePolicies",
          "logs:PutResourcePolicy",
        ]
        Resource  = "*"
        Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.secondary.id } }
      },
      ], [for statement in [
        {
          Sid       = "TagAcls"
          Effect    = "Allow"
          Action    = "ec2:CreateTags"
          Resource  = "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:network-acl/*"
          Condition = { StringEquals = { "aws:RequestTag/managedByFIS" = "true", "ec2:CreateAction" = "CreateNetworkAcl" } }
        },
        {
          Sid       = "MakeAcls"
          Effect    = "Allow"
          Action    = "ec2:CreateNetworkAcl"
          Resource  = "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:network-acl/*"
          Condition = { StringEquals = { "aws:RequestTag/managedByFIS" = "true" } }
        },
        {
          Sid      = "MakeAclsInVpcs"
          Effect   = "Allow"
          Action   = "ec2:CreateNetworkAcl"
          Resource = "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:vpc/*"
        },
        {
          Sid    = "FillAndDeleteAcls"
          Effect = "Allow"
          Action = ["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"]
          Resource = [
            "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:network-acl/*",
            "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:vpc/*",
          ]
          Condition = { StringEquals = { "ec2:ResourceTag/managedByFIS" = "true" } }
        },
        {
          Sid      = "ExchangeAcls"
          Effect   = "Allow"
          Action   = "ec2:ReplaceNetworkAclAssociation"
          Resource = concat(["arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:network-acl/*"], [for subnet in try(var.vpc.secondary.subnet_ids, []) : "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:${local.account_id}:subnet/${subnet}"])
        },
        {
          Sid      = "PrefixLists"
          Effect   = "Allow"
          Action   = "ec2:GetManagedPrefixListEntries"
          Resource = "arn:${local.partition}:ec2:${data.aws_region.secondary.id}:*:prefix-list/*"
        },
        {
          Sid    = "Network"
          Effect = "Allow"
          Action = [
            "ec2:DescribeManagedPrefixLists",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
          ]
          Resource  = "*"
          Condition = { StringEquals = { "aws:RequestedRegion" = data.aws_region.secondary.id } }
        },
    ] : statement if var.fault_injection.network])
  })
  role = aws_iam_role.faults_secondary[0].name
}

resource "aws_fis_experiment_template" "secondary" {
  provider = aws.secondary
  for_each = local.faults.secondary

  description = "${each.value.about} of ${var.name} in ${data.aws_region.secondary.id}"
  role_arn    = aws_iam_role.faults_secondary[0].arn
  tags        = merge(var.tags, { Name = "${var.name}-${each.key}-secondary" })

  action {
    action_id = each.value.action
    name      = each.key

    dynamic "parameter" {
      for_each = each.value.parameters

      content {
        key   = parameter.key
        value = parameter.value
      }
    }

    target {
      key   = each.value.targets
      value = each.key
    }
  }

  dynamic "stop_condition" {
    for_each = concat(["arn:${local.partition}:cloudwatch:${data.aws_region.secondary.id}:${local.account_id}:alarm:${var.name}-both-secondary"], var.fault_injection.stop_alarm_arns.secondary)

    content {
      source = "aws:cloudwatch:alarm"
      value  = stop_condition.value
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for arn in try(var.fault_injection.stop_alarm_arns.secondary, []) : contains(["", data.aws_region.secondary.id], try(split(":", arn)[3], "")) || false])
      error_message = "`fault_injection.stop_alarm_arns.secondary` must be of the secondary Region, ${data.aws_region.secondary.id}, got ${join(", ", [for one in try(var.fault_injection.stop_alarm_arns.secondary, []) : one == null ? "null" : one])}."
    }
  }

  log_configuration {
    log_schema_version = 2

    cloudwatch_logs_configuration {
      log_group_arn = "${aws_cloudwatch_log_group.faults_secondary[0].arn}:*"
    }
  }

  target {
    name           = each.key
    resource_arns  = each.value.arns
    resource_type  = each.value.type
    selection_mode = "ALL"
  }

  depends_on = [
    aws_iam_role_policy.faults_secondary,
    aws_cloudwatch_composite_alarm.both_secondary,
  ]
}
