"""AWS's words for Terraform's types, and what part a type has in a picture."""

# What calls a function, drawn as a box; AWS's words are those of https://docs.aws.amazon.com/.
ENTRIES = {
    "aws_apigatewayv2_api": "API Gateway HTTP API",
    "aws_api_gateway_rest_api": "API Gateway REST API",
    "aws_lambda_function_url": "Lambda function URL",
    "aws_scheduler_schedule": "EventBridge Scheduler",
}
# What says which function an entry calls.
CONNECTORS = ("aws_apigatewayv2_integration", "aws_api_gateway_integration")

_TERMS = {
    **ENTRIES,
    "aws_acm_certificate": "ACM certificate",
    "aws_acm_certificate_validation": "ACM certificate validation",
    "aws_apigatewayv2_api_mapping": "API mapping",
    "aws_apigatewayv2_authorizer": "API authorizer",
    "aws_apigatewayv2_domain_name": "API custom domain",
    "aws_apigatewayv2_integration": "API integration",
    "aws_apigatewayv2_route": "API route",
    "aws_apigatewayv2_stage": "API stage",
    "aws_backup_plan": "AWS Backup plan",
    "aws_backup_selection": "AWS Backup selection",
    "aws_backup_vault": "AWS Backup vault",
    "aws_backup_vault_lock_configuration": "AWS Backup vault lock",
    "aws_cloudwatch_composite_alarm": "CloudWatch composite alarm",
    "aws_cloudwatch_dashboard": "CloudWatch dashboard",
    "aws_cloudwatch_event_archive": "event archive",
    "aws_cloudwatch_event_bus": "EventBridge event bus",
    "aws_cloudwatch_event_bus_policy": "event bus policy",
    "aws_cloudwatch_event_rule": "EventBridge rule",
    "aws_cloudwatch_event_target": "rule target",
    "aws_cloudwatch_log_group": "CloudWatch log group",
    "aws_cloudwatch_log_metric_filter": "log metric filter",
    "aws_cloudwatch_metric_alarm": "CloudWatch alarm",
    "aws_dsql_cluster": "Aurora DSQL cluster",
    "aws_dsql_cluster_peering": "Aurora DSQL peering",
    "aws_fis_experiment_template": "FIS experiment template",
    "aws_iam_policy": "IAM policy",
    "aws_iam_role": "IAM role",
    "aws_iam_role_policy": "IAM inline policy",
    "aws_iam_role_policy_attachment": "IAM policy attachment",
    "aws_kms_alias": "KMS alias",
    "aws_kms_key": "KMS key",
    "aws_kms_replica_key": "KMS replica key",
    "aws_lambda_alias": "Lambda alias",
    "aws_lambda_event_source_mapping": "Lambda event source mapping",
    "aws_lambda_function": "Lambda function",
    "aws_lambda_function_event_invoke_config": "Lambda asynchronous invocation",
    "aws_lambda_invocation": "Lambda invocation at apply",
    "aws_lambda_permission": "Lambda permission",
    "aws_route53_health_check": "Route 53 health check",
    "aws_route53_record": "Route 53 record",
    "aws_s3_bucket": "S3 bucket",
    "aws_schemas_registry": "EventBridge schema registry",
    "aws_schemas_schema": "EventBridge schema",
    "aws_sns_topic": "SNS topic",
    "aws_sqs_queue": "SQS queue",
    "aws_wafv2_web_acl": "WAF web ACL",
    "aws_xray_sampling_rule": "X-Ray sampling rule",
    "terraform_data": "step where Terraform runs",
}


def term(type_: str) -> str:
    """AWS's word for a resource type, or the type itself where none is known here."""
    return _TERMS.get(type_, type_)
