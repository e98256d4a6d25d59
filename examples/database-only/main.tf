# The linked pair alone, and a function of your own that connects to it.

# --- quoted in modules/database/README.md
module "database" {
  source = "../../modules/database"

  name = "ledger"

  providers = {
    aws.primary   = aws.primary
    aws.secondary = aws.secondary
    aws.witness   = aws.witness
  }
}
# --- end of the quote

resource "aws_iam_role" "reports" {
  provider = aws.primary

  name = "ledger-reports-primary"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

# What lets the function connect: the module's document for the cluster of the function's own Region.
resource "aws_iam_role_policy" "connect" {
  provider = aws.primary

  name   = "connect"
  role   = aws_iam_role.reports.name
  policy = module.database.connect_policies.primary
}

resource "aws_iam_role_policy" "logs" {
  provider = aws.primary

  name = "logs"
  role = aws_iam_role.reports.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.reports.arn}:*"
    }]
  })
}

resource "aws_cloudwatch_log_group" "reports" {
  provider = aws.primary

  name              = "/aws/lambda/ledger-reports-primary"
  retention_in_days = 30
}

resource "aws_lambda_function" "reports" {
  provider = aws.primary

  function_name    = "ledger-reports-primary"
  role             = aws_iam_role.reports.arn
  filename         = var.function_package.filename
  source_code_hash = filebase64sha256(var.function_package.filename)
  runtime          = var.function_package.runtime
  architectures    = [var.function_package.architecture]
  handler          = "reports.handler"
  memory_size      = 256
  timeout          = 30

  environment {
    variables = {
      # `regions` is known once the clusters are linked, so the function never meets a cluster that takes no connections.
      CLUSTER_ENDPOINT = module.database.regions.primary.endpoint
      DATABASE_ROLE    = "reports"
    }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.reports.name
  }

  depends_on = [aws_iam_role_policy.connect, aws_iam_role_policy.logs]
}
