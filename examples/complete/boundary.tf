# What no role of the application can ever exceed. Your organization has one of its own; this is what the roles need.

resource "aws_iam_policy" "boundary" {
  # checkov:skip=CKV_AWS_290:a boundary allows nothing by itself; the roles' own policies are narrower
  # checkov:skip=CKV_AWS_355:a boundary allows nothing by itself; the roles' own policies are narrower
  provider = aws.primary

  name = "${local.name}-boundary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid    = "Backups"
        Effect = "Allow"
        Action = [
          "backup:Copy*BackupVault", "backup:DescribeBackupVault", "backup:TagResource",
          "dsql:*BackupJob", "dsql:*PeerCluster", "dsql:*RestoreJob", "dsql:CreateCluster", "dsql:List*",
          "dsql:PutMultiRegionProperties", "dsql:PutWitnessRegion", "dsql:TagResource", "dsql:UpdateCluster",
        ]
        Resource = "*"
      },
      {
        Sid    = "BackupKeys"
        Effect = "Allow"
        Action = [
          "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
        ]
        Resource  = "arn:aws:kms:*:${var.account_id}:key/*"
        Condition = { StringLike = { "kms:ViaService" = ["backup.*.amazonaws.com", "dsql.*.amazonaws.com"] } }
      },
      {
        Sid      = "Database"
        Effect   = "Allow"
        Action   = ["dsql:DbConnect", "dsql:DbConnectAdmin", "dsql:GetCluster"]
        Resource = "arn:aws:dsql:*:${var.account_id}:cluster/*"
      },
      {
        Sid      = "Events"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = "arn:aws:events:*:${var.account_id}:event-bus/${local.name}"
      },
      {
        Sid    = "Faults"
        Effect = "Allow"
        Action = [
          "dsql:InjectError", "logs:CreateLogDelivery", "logs:Describe*", "logs:PutResourcePolicy", "tag:GetResources",
        ]
        Resource = "*"
      },
      {
        Sid       = "Fields"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "arn:aws:kms:*:${var.account_id}:key/*"
        Condition = { StringEquals = { "kms:EncryptionContext:column" = "sensitive" } }
      },
      {
        Sid      = "Functions"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "arn:aws:lambda:*:${var.account_id}:function:${local.name}-*"
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:*:${var.account_id}:log-group:/aws/lambda/${local.name}-*"
      },
      {
        Sid      = "Notifications"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = "arn:aws:sns:*:${var.account_id}:${local.name}-notifications-*"
      },
      {
        Sid      = "Queues"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:*:${var.account_id}:${local.name}-failed-*"
      },
      {
        Sid       = "ServiceKeys"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "arn:aws:kms:*:${var.account_id}:key/*"
        Condition = { StringLike = { "kms:ViaService" = ["sns.*.amazonaws.com", "sqs.*.amazonaws.com"] } }
      },
      ], !var.private_network ? [] : [
      {
        Sid    = "Network"
        Effect = "Allow"
        Action = [
          "ec2:*NetworkAcl*",
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:CreateTags",
          "ec2:DeleteNetworkInterface",
          "ec2:Describe*",
          "ec2:GetManagedPrefixListEntries",
          "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      },
    ])
  })
}
