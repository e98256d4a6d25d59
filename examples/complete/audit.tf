# Where the event rule `audit` delivers: a queue in each Region, that takes messages from rules of this bus alone.

locals {
  audit_policies = {
    for region in ["us-east-1", "us-east-2"] : region => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid       = "EventsOfTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = "arn:aws:sqs:${region}:${var.account_id}:${local.name}-audit"
        Condition = {
          ArnLike = { "aws:SourceArn" = "arn:aws:events:${region}:${var.account_id}:rule/${local.name}/*" }
        }
      }]
    })
  }
}

resource "aws_sqs_queue" "audit_primary" {
  provider = aws.primary

  name                    = "${local.name}-audit"
  policy                  = local.audit_policies["us-east-1"]
  sqs_managed_sse_enabled = true
}

resource "aws_sqs_queue" "audit_secondary" {
  provider = aws.secondary

  name                    = "${local.name}-audit"
  policy                  = local.audit_policies["us-east-2"]
  sqs_managed_sse_enabled = true
}
