variable "lambda_package" {
  type = object({
    filename     = string
    runtime      = optional(string, "python3.13")
    architecture = optional(string, "arm64")
  })
}

locals {
  account = "123456789012"
  functions = {
    consumer     = { role = "consumer", timeout = 30, actions = ["dsql:DbConnect"] }
    migrate      = { role = "admin", timeout = 300, actions = ["dsql:DbConnectAdmin"] }
    relay        = { role = "relay", timeout = 60, actions = ["dsql:DbConnect"] }
    transactions = { role = "app", timeout = 30, actions = ["dsql:DbConnect", "dsql:GetCluster"] }
  }
  handlers = {
    consumer     = "consumer.handler"
    migrate      = "migrate.handler"
    relay        = "relay.handler"
    transactions = "api.handler"
  }
  assumed_by_lambda = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "terraform_data" "link" {
  triggers_replace = [aws_dsql_cluster.primary.identifier, aws_dsql_cluster.secondary.identifier]

  provisioner "local-exec" {
    command = "sh ${path.root}/link.sh"
    environment = {
      PRIMARY_ARN          = aws_dsql_cluster.primary.arn
      PRIMARY_IDENTIFIER   = aws_dsql_cluster.primary.identifier
      PRIMARY_REGION       = "us-east-1"
      SECONDARY_ARN        = aws_dsql_cluster.secondary.arn
      SECONDARY_IDENTIFIER = aws_dsql_cluster.secondary.identifier
      SECONDARY_REGION     = "us-east-2"
      WITNESS_REGION       = "us-west-2"
      ROLE_ARN             = ""
      TIMEOUT_SECONDS      = 1800
    }
  }
}

resource "aws_lambda_invocation" "migration" {
  provider = aws.primary

  function_name = aws_lambda_function.primary["migrate"].function_name
  input = jsonencode({
    roles = {
      app      = [aws_iam_role.primary["transactions"].arn, aws_iam_role.secondary["transactions"].arn]
      consumer = [aws_iam_role.primary["consumer"].arn, aws_iam_role.secondary["consumer"].arn]
      relay    = [aws_iam_role.primary["relay"].arn, aws_iam_role.secondary["relay"].arn]
    }
  })
  triggers   = { package = filebase64sha256(var.lambda_package.filename) }
  depends_on = [terraform_data.link]
}

output "regions" {
  value = {
    primary = {
      endpoint      = "${aws_dsql_cluster.primary.identifier}.dsql.us-east-1.on.aws"
      function_name = aws_lambda_function.primary["transactions"].function_name
      queue_urls    = { failed = aws_sqs_queue.failed_primary.url, undelivered = aws_sqs_queue.undelivered_primary.url }
    }
    secondary = {
      endpoint      = "${aws_dsql_cluster.secondary.identifier}.dsql.us-east-2.on.aws"
      function_name = aws_lambda_function.secondary["transactions"].function_name
      queue_urls    = { failed = aws_sqs_queue.failed_secondary.url, undelivered = aws_sqs_queue.undelivered_secondary.url }
    }
  }
}
