# What is known only after an apply, on mocked providers: no account, no call, nothing is created.
# Run it in this module's folder: terraform init && terraform test
# `link_method = "provider"`, because mocks do not keep the shell step of "aws-cli" from running.

mock_provider "aws" {
  alias = "primary"

  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_dsql_cluster" {
    defaults = {
      arn                       = "arn:aws:dsql:us-east-1:123456789012:cluster/aaaaaaaaaaaaaaaaaaaaaaaaaa"
      identifier                = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
      vpc_endpoint_service_name = "com.amazonaws.us-east-1.dsql-aaa4"
    }
  }

  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:event-bus/orders" }
  }

  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-1:123456789012:rule/orders/one" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/of-the-primary" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:queue" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:one" }
  }
}

mock_provider "aws" {
  alias = "secondary"

  mock_data "aws_region" {
    defaults = { id = "us-east-2" }
  }

  mock_resource "aws_dsql_cluster" {
    defaults = {
      arn                       = "arn:aws:dsql:us-east-2:123456789012:cluster/bbbbbbbbbbbbbbbbbbbbbbbbbb"
      identifier                = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
      vpc_endpoint_service_name = "com.amazonaws.us-east-2.dsql-bbb4"
    }
  }

  mock_resource "aws_cloudwatch_event_bus" {
    defaults = { arn = "arn:aws:events:us-east-2:123456789012:event-bus/orders" }
  }

  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:us-east-2:123456789012:rule/orders/one" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/of-the-secondary" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-2:123456789012:queue" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-2:123456789012:function:one" }
  }
}

mock_provider "aws" {
  alias = "witness"

  mock_data "aws_region" {
    defaults = { id = "us-west-2" }
  }
}

variables {
  name           = "orders"
  account_id     = "123456789012"
  lambda_package = { filename = "versions.tf" } # any file: nothing is deployed
  link_method    = "provider"
}

run "each_function_connects_to_its_own_cluster_and_only_the_migration_as_admin" {
  assert {
    condition     = output.regions.primary.endpoint == "aaaaaaaaaaaaaaaaaaaaaaaaaa.dsql.us-east-1.on.aws"
    error_message = "The endpoint is <identifier>.dsql.<Region>.on.aws, got ${output.regions.primary.endpoint}."
  }

  assert {
    condition     = alltrue([for found in aws_lambda_function.primary : found.environment[0].variables.CLUSTER_ENDPOINT == output.regions.primary.endpoint])
    error_message = "A function of the primary Region connects elsewhere."
  }

  assert {
    condition     = alltrue([for found in aws_lambda_function.secondary : found.environment[0].variables.CLUSTER_ENDPOINT == output.regions.secondary.endpoint])
    error_message = "A function of the secondary Region connects elsewhere."
  }

  assert {
    condition     = aws_lambda_function.secondary["transactions"].environment[0].variables.CLUSTER_IDENTIFIER == "bbbbbbbbbbbbbbbbbbbbbbbbbb"
    error_message = "The transactions function asks about another cluster than its own."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.database_primary["relay"].policy).Statement[0].Resource == aws_dsql_cluster.primary.arn
    error_message = "A function may connect to another cluster than that of its Region."
  }

  assert {
    condition     = [for name, found in aws_lambda_function.primary : name if found.environment[0].variables.DATABASE_ROLE == "admin"] == ["migrate"]
    error_message = "Another function than migrate connects as admin."
  }

  assert {
    condition     = [for name, found in aws_iam_role_policy.database_secondary : name if strcontains(found.policy, "DbConnectAdmin")] == ["migrate"]
    error_message = "Another function than migrate may connect as admin."
  }

  assert {
    condition     = jsondecode(aws_lambda_invocation.migration.input).roles.app == [aws_iam_role.primary["transactions"].arn, aws_iam_role.secondary["transactions"].arn]
    error_message = "The migration maps other roles than those of the functions of both Regions."
  }

  assert {
    condition     = jsondecode(output.connect_policies.secondary).Statement == [{ Effect = "Allow", Action = "dsql:DbConnect", Resource = aws_dsql_cluster.secondary.arn }]
    error_message = "The policy for other workloads allows something else than to connect to the cluster of its Region."
  }
}

run "functions_in_a_vpc_use_the_private_endpoint_and_log_as_told" {
  variables {
    log_level = "WARNING"
    vpc = {
      primary   = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
      secondary = { subnet_ids = ["subnet-2"], security_group_ids = ["sg-2"] }
    }
  }

  assert {
    condition     = aws_lambda_function.primary["relay"].environment[0].variables.CLUSTER_ENDPOINT == "aaaaaaaaaaaaaaaaaaaaaaaaaa.dsql-aaa4.us-east-1.on.aws"
    error_message = "The private endpoint is <identifier>.<id of the service>.<Region>.on.aws, got ${aws_lambda_function.primary["relay"].environment[0].variables.CLUSTER_ENDPOINT}."
  }

  assert {
    condition     = alltrue([for found in concat(values(aws_lambda_function.primary), values(aws_lambda_function.secondary)) : found.environment[0].variables.LOG_LEVEL == "WARNING"])
    error_message = "A function does not log at the level that was given."
  }
}

run "functions_in_a_vpc_can_stay_on_the_public_endpoint" {
  variables {
    vpc = {
      private_endpoint = false
      primary          = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
      secondary        = { subnet_ids = ["subnet-2"], security_group_ids = ["sg-2"] }
    }
  }

  assert {
    condition     = aws_lambda_function.secondary["relay"].environment[0].variables.CLUSTER_ENDPOINT == output.regions.secondary.endpoint
    error_message = "Without `private_endpoint` the functions use the public one."
  }
}
