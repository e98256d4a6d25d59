output "regions" {
  description = "Region, cluster, endpoint, functions, event bus and queues of the primary and the secondary side."
  value       = module.application.regions
}
