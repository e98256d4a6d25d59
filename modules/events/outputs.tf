# Generated from infra/ by `make modules`; do not edit.

output "name" {
  description = "Name of the application."
  value       = var.name
}

output "regions" {
  description = "For the sides `primary` and `secondary`: Region, event bus, forward rule and queue of undelivered events."
  value = {
    primary = {
      event_bus_arn     = aws_cloudwatch_event_bus.primary.arn
      event_bus_name    = aws_cloudwatch_event_bus.primary.name
      forward_rule_name = aws_cloudwatch_event_rule.forward_primary.name
      queue_urls        = { undelivered = aws_sqs_queue.undelivered_primary.url }
      region            = data.aws_region.primary.id
    }
    secondary = {
      event_bus_arn     = aws_cloudwatch_event_bus.secondary.arn
      event_bus_name    = aws_cloudwatch_event_bus.secondary.name
      forward_rule_name = aws_cloudwatch_event_rule.forward_secondary.name
      queue_urls        = { undelivered = aws_sqs_queue.undelivered_secondary.url }
      region            = data.aws_region.secondary.id
    }
  }
}
