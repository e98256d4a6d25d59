output "api" {
  description = "URLs of the HTTP API by role of the Region, and the IAM policy document of its callers."
  value       = module.application.api
}

output "regions" {
  description = "Region, cluster, endpoint, functions, event bus and queues of the primary and the secondary side."
  value       = module.application.regions
}

output "connect_policies" {
  description = "IAM policy documents for other workloads that connect to the cluster of their Region."
  value       = module.application.connect_policies
}

output "deployer_policies" {
  description = "IAM policy documents of the role that runs Terraform, by concern."
  value       = module.application.deployer_policies
}

output "notification_topic_arns" {
  description = "Topics that tell of transfers and withdrawals, by role of the Region."
  value       = module.application.notification_topic_arns
}

output "audit_queue_urls" {
  description = "Queues that receive the large transactions, by role of the Region."
  value       = { primary = aws_sqs_queue.audit_primary.url, secondary = aws_sqs_queue.audit_secondary.url }
}

output "monitoring" {
  description = "The dashboard, and of each Region the topic and the alarms."
  value       = module.application.monitoring
}

output "backup" {
  description = "Role that a restore takes, and of each Region the vault."
  value       = module.application.backup
}

output "fault_injection" {
  description = "Of each Region the experiment templates and their log group."
  value       = module.application.fault_injection
}
