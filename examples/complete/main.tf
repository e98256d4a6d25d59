# modules/application with every input that it has.

# --- quoted in modules/application/README.md
module "application" {
  source = "../../modules/application"

  name           = local.name
  lambda_package = var.lambda_package

  # Names and policies known at plan time, without a call to AWS.
  account_id = var.account_id

  # Keys with rotation, in each Region: of the database, of sensitive fields, and of logs, queues, topics and events.
  encryption         = { deletion_window_in_days = 14 }
  field_encryption   = { deletion_window_in_days = 14 }
  service_encryption = { deletion_window_in_days = 14, rotation_period_in_days = 180 }

  # The database: no deletion by accident, and Regions of one set.
  deletion_protection = var.deletion_protection
  region_sets         = { united_states = ["us-east-1", "us-east-2", "us-west-2"] }

  # A recovery point each night, kept in both Regions for five weeks.
  backup = { lock = { min_retention_days = 7 } }

  # The link step: the AWS CLI where Terraform runs, as a role that may do nothing else.
  link_method          = "aws-cli"
  link_environment     = { AWS_RETRY_MODE = "standard", AWS_MAX_ATTEMPTS = "10" }
  link_role_arn        = var.link_role_arn
  link_timeout_minutes = 15

  # The functions. A reserved concurrency also caps the connections to the cluster.
  functions = {
    consumer     = { reserved_concurrent_executions = 10 }
    migrate      = { timeout = 600 }
    relay        = { memory_size = 256, timeout = 45 }
    transactions = { memory_size = 1024, timeout = 15, reserved_concurrent_executions = 20 }
  }
  log_level          = "WARNING"
  log_retention_days = 365
  vpc                = local.vpc

  # Who may look into the database, see `make sql`.
  readonly_role_arns = ["arn:aws:iam::${var.account_id}:role/support"]

  # An HTTP API in each Region, for callers that sign their requests, and one name for both.
  api = {
    cors       = { allow_headers = ["authorization", "content-type"], allow_methods = ["GET", "POST"], allow_origins = ["https://payments.example.com"] }
    domain     = var.domain
    throttling = { burst_limit = 100, rate_limit = 50 }
  }

  # Large transactions also go to a queue of the audit team.
  event_rules = {
    audit = {
      description      = "Transactions of 10,000 and more"
      event_pattern    = jsonencode({ source = ["dsql.application"], detail = { amount = [{ numeric = [">=", 10000] }] } })
      primary_target   = { arn = aws_sqs_queue.audit_primary.arn }
      secondary_target = { arn = aws_sqs_queue.audit_secondary.arn }
    }
  }

  # Events by content: amounts of 10,000 and more are reviewed, withdrawals and transfers notified, business accounts audited.
  event_routing = {
    archive_retention_days = 30
    audit_account_classes  = ["business"]
    handled_in             = "origin"
    notify_types           = ["transfer", "withdrawal"]
    review_amount          = 10000
    schema_registry        = true
  }

  # A dashboard of both Regions, alarms that notify a topic in each.
  monitoring = var.monitoring

  # Templates for `python -m ops drill --aws`, which nothing starts by itself. The subnets should be the functions' alone.
  fault_injection = var.monitoring == null ? null : { network = var.private_network }

  permissions_boundary_arn = aws_iam_policy.boundary.arn
  tags                     = { application = local.name, team = "payments" }

  providers = {
    aws.primary   = aws.primary
    aws.secondary = aws.secondary
    aws.witness   = aws.witness
  }
}
# --- end of the quote

locals {
  name = "payments"
}
