output "endpoint" {
  description = "Public endpoint of the primary cluster, for psql."
  value       = module.database.regions.primary.endpoint
}

output "grant" {
  description = "What the admin of the database runs once, after CREATE ROLE, so that the function may connect as the database role `reports`."
  value       = "AWS IAM GRANT reports TO '${aws_iam_role.reports.arn}'"
}

output "function_name" {
  description = "Name of the function that connects to the pair."
  value       = aws_lambda_function.reports.function_name
}
