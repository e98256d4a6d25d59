# What is known only after an apply, on mocked providers: no account, no call, nothing is created.
# Run it in this module's folder: terraform init && terraform test

mock_provider "aws" {
  alias = "primary"

  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
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
}

mock_provider "aws" {
  alias = "secondary"

  mock_data "aws_region" {
    defaults = { id = "us-east-2" }
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
}

variables {
  name       = "orders"
  account_id = "123456789012"
}

run "each_bus_takes_from_the_forward_rule_of_the_other_region_alone" {
  assert {
    condition     = jsondecode(aws_cloudwatch_event_bus_policy.primary.policy).Statement[0].Principal == { AWS = aws_iam_role.forward_secondary.arn }
    error_message = "The primary bus takes events from someone else than the secondary forward rule."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_bus_policy.secondary.policy).Statement[0].Principal == { AWS = aws_iam_role.forward_primary.arn }
    error_message = "The secondary bus takes events from someone else than the primary forward rule."
  }

  assert {
    condition     = aws_cloudwatch_event_target.forward_primary.arn == aws_cloudwatch_event_bus.secondary.arn && aws_cloudwatch_event_target.forward_secondary.arn == aws_cloudwatch_event_bus.primary.arn
    error_message = "A forward rule must end at the bus of the other Region."
  }

  assert {
    condition     = aws_cloudwatch_event_target.forward_primary.dead_letter_config[0].arn == aws_sqs_queue.undelivered_primary.arn
    error_message = "Dead letters must stay in the rule's own Region."
  }
}
