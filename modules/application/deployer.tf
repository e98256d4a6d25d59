# Generated from infra/ by `make modules`; do not edit.

locals {
  deployer_statements = {
    api = concat([for statement in [
      {
        Sid    = "Apis"
        Effect = "Allow"
        Action = "apigateway:*"
        Resource = [
          "arn:${local.partition}:apigateway:${data.aws_region.primary.id}::/apis",
          "arn:${local.partition}:apigateway:${data.aws_region.primary.id}::/apis/*",
          "arn:${local.partition}:apigateway:${data.aws_region.primary.id}::/domainnames",
          "arn:${local.partition}:apigateway:${data.aws_region.primary.id}::/domainnames/*",
          "arn:${local.partition}:apigateway:${data.aws_region.primary.id}::/tags/*",
          "arn:${local.partition}:apigateway:${data.aws_region.secondary.id}::/apis",
          "arn:${local.partition}:apigateway:${data.aws_region.secondary.id}::/apis/*",
          "arn:${local.partition}:apigateway:${data.aws_region.secondary.id}::/domainnames",
          "arn:${local.partition}:apigateway:${data.aws_region.secondary.id}::/domainnames/*",
          "arn:${local.partition}:apigateway:${data.aws_region.secondary.id}::/tags/*",
        ]
      },
      {
        Sid      = "AccessLogs"
        Effect   = "Allow"
        Action   = ["logs:*LogDeliver*", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
      },
      ] : statement if length(var.api[*]) > 0], [for statement in [
      {
        Sid    = "Certificates"
        Effect = "Allow"
        Action = [
          "acm:AddTagsToCertificate",
          "acm:DeleteCertificate",
          "acm:DescribeCertificate",
          "acm:ListTagsForCertificate",
          "acm:RemoveTagsFromCertificate",
          "acm:RequestCertificate",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
      },
      {
        Sid    = "Names"
        Effect = "Allow"
        Action = [
          "route53:ChangeResourceRecordSets",
          "route53:ChangeTagsForResource",
          "route53:DeleteHealthCheck",
          "route53:GetChange",
          "route53:GetHealthCheck",
          "route53:GetHostedZone",
          "route53:ListResourceRecordSets",
          "route53:ListTagsForResource",
          "route53:UpdateHealthCheck",
        ]
        Resource = [
          "arn:${local.partition}:route53:::hostedzone/${try(var.api.domain.zone_id, "")}",
          "arn:${local.partition}:route53:::change/*",
          "arn:${local.partition}:route53:::healthcheck/*",
        ]
      },
      { Sid = "NewHealthChecks", Effect = "Allow", Action = "route53:CreateHealthCheck", Resource = "*" },
      {
        Sid      = "LinkedRole"
        Effect   = "Allow"
        Action   = "iam:CreateServiceLinkedRole"
        Resource = "arn:${local.partition}:iam::${local.account_id}:role/aws-service-role/ops.apigateway.amazonaws.com/*"
      },
    ] : statement if(length(var.api[*]) > 0 ? length(var.api.domain[*]) > 0 : false)])
    application = [
      {
        Action = [
          "cloudwatch:Delete*",
          "cloudwatch:Get*",
          "cloudwatch:ListTagsForResource",
          "cloudwatch:Put*",
          "cloudwatch:TagResource",
          "cloudwatch:UntagResource",
        ]
        Effect = "Allow"
        Resource = [
          "arn:${local.partition}:cloudwatch:*:${local.account_id}:alarm:${var.name}-*",
          "arn:${local.partition}:cloudwatch:*:${local.account_id}:dashboard/${var.name}",
        ]
        Sid = "Alarms"
      },
      {
        Action = [
          "events:CreateEventBus",
          "events:DeleteEventBus",
          "events:DeleteRule",
          "events:DescribeEventBus",
          "events:DescribeRule",
          "events:ListTagsForResource",
          "events:ListTargetsByRule",
          "events:PutRule",
          "events:PutTargets",
          "events:RemoveTargets",
          "events:TagResource",
          "events:UntagResource",
          "events:UpdateEventBus",
          "events:*Archive",
        ]
        Effect = "Allow"
        Resource = [
          "arn:${local.partition}:events:*:${local.account_id}:archive/${var.name}-*",
          "arn:${local.partition}:events:*:${local.account_id}:event-bus/${var.name}",
          "arn:${local.partition}:events:*:${local.account_id}:rule/${var.name}/*",
        ]
        Sid = "Events"
      },
      {
        Action = [
          "lambda:AddPermission",
          "lambda:CreateFunction",
          "lambda:DeleteFunction",
          "lambda:DeleteFunctionConcurrency",
          "lambda:DeleteFunctionEventInvokeConfig",
          "lambda:GetFunction",
          "lambda:GetFunctionCodeSigningConfig",
          "lambda:GetFunctionConfiguration",
          "lambda:GetFunctionEventInvokeConfig",
          "lambda:GetPolicy",
          "lambda:InvokeFunction",
          "lambda:ListTags",
          "lambda:ListVersionsByFunction",
          "lambda:PutFunctionConcurrency",
          "lambda:PutFunctionEventInvokeConfig",
          "lambda:RemovePermission",
          "lambda:TagResource",
          "lambda:UntagResource",
          "lambda:UpdateFunctionCode",
          "lambda:UpdateFunctionConfiguration",
          "lambda:UpdateFunctionEventInvokeConfig",
        ]
        Effect   = "Allow"
        Resource = ["arn:${local.partition}:lambda:*:${local.account_id}:function:${var.name}-*"]
        Sid      = "Functions"
      },
      {
        Action = [
          "logs:*ssociateKmsKey",
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:DeleteRetentionPolicy",
          "logs:ListTagsForResource",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ]
        Effect = "Allow"
        Resource = [
          "arn:${local.partition}:logs:*:${local.account_id}:log-group:/aws/lambda/${var.name}-*",
          "arn:${local.partition}:logs:*:${local.account_id}:log-group:/aws/vendedlogs/apigateway/${var.name}-*",
          "arn:${local.partition}:logs:*:${local.account_id}:log-group:/aws/vendedlogs/fis/${var.name}-*",
        ]
        Sid = "Logs"
      },
      {
        Action = ["events:PutPermission", "events:RemovePermission"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
        Effect   = "Allow"
        Resource = "*"
        Sid      = "BusPolicies"
      },
      {
        Action = [
          "cloudwatch:DescribeAlarms",
          "ec2:DescribeSecurityGroups",
          "ec2:DescribeSubnets",
          "ec2:DescribeVpcs",
          "logs:DescribeLogGroups",
        ]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
        Effect   = "Allow"
        Resource = "*"
        Sid      = "Lists"
      },
      {
        Action = [
          "sqs:CreateQueue",
          "sqs:DeleteQueue",
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:ListQueueTags",
          "sqs:SetQueueAttributes",
          "sqs:TagQueue",
          "sqs:UntagQueue",
        ]
        Effect   = "Allow"
        Resource = ["arn:${local.partition}:sqs:*:${local.account_id}:${var.name}-*"]
        Sid      = "Queues"
      },
      {
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
        Effect   = "Allow"
        Resource = ["arn:${local.partition}:iam::${local.account_id}:role/${var.name}-*"]
        Sid      = "Roles"
      },
      {
        Action = ["schemas:*Registry", "schemas:*Schema", "schemas:*TagResource", "schemas:ListTagsForResource"]
        Effect = "Allow"
        Resource = [
          "arn:${local.partition}:schemas:*:${local.account_id}:registry/${var.name}",
          "arn:${local.partition}:schemas:*:${local.account_id}:schema/${var.name}/*",
        ]
        Sid = "Schemas"
      },
      {
        Action = [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:ListTagsForResource",
          "sns:*TagResource",
          "sns:*TopicAttributes",
        ]
        Effect   = "Allow"
        Resource = ["arn:${local.partition}:sns:*:${local.account_id}:${var.name}-*"]
        Sid      = "Topics"
      },
      {
        Action = [
          "scheduler:CreateSchedule",
          "scheduler:DeleteSchedule",
          "scheduler:GetSchedule",
          "scheduler:UpdateSchedule",
        ]
        Effect   = "Allow"
        Resource = ["arn:${local.partition}:scheduler:*:${local.account_id}:schedule/default/${var.name}-*"]
        Sid      = "Schedules"
      },
    ]
    database = [
      {
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
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
        Effect   = "Allow"
        Resource = "*"
        Sid      = "Clusters"
      },
      {
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
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [data.aws_region.primary.id, data.aws_region.secondary.id, data.aws_region.witness.id]
          }
        }
        Effect   = "Allow"
        Resource = "*"
        Sid      = "Keys"
      },
      {
        Action = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Condition = {
          StringLike = { "kms:ViaService" = ["dsql.*.amazonaws.com", "events.*.amazonaws.com", "lambda.*.amazonaws.com"] }
        }
        Effect   = "Allow"
        Resource = "*"
        Sid      = "KeyUse"
      },
    ]
    resilience = concat([for statement in [
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
      ] : statement if var.backup != null], [for statement in [
      {
        Sid    = "Experiments"
        Effect = "Allow"
        Action = ["fis:*ExperimentTemplate", "fis:ListTagsForResource", "fis:TagResource", "fis:UntagResource"]
        Resource = [
          "arn:${local.partition}:fis:${data.aws_region.primary.id}:${local.account_id}:action/*",
          "arn:${local.partition}:fis:${data.aws_region.primary.id}:${local.account_id}:experiment-template/*",
          "arn:${local.partition}:fis:${data.aws_region.secondary.id}:${local.account_id}:action/*",
          "arn:${local.partition}:fis:${data.aws_region.secondary.id}:${local.account_id}:experiment-template/*",
        ]
      },
    ] : statement if var.fault_injection != null])
  }
}
