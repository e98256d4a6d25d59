output "regions" {
  description = "Region, event bus, forward rule and queue of undelivered events, of the primary and the secondary side."
  value       = module.events.regions
}
