"""Pages that rules refer to."""

_DSQL = "https://docs.aws.amazon.com/aurora-dsql/latest"
CREATE_CLUSTER = f"{_DSQL}/APIReference/API_CreateCluster.html"
UPDATE_CLUSTER = f"{_DSQL}/APIReference/API_UpdateCluster.html"
DELETE_CLUSTER = f"{_DSQL}/APIReference/API_DeleteCluster.html"
MULTI_REGION = f"{_DSQL}/userguide/configuring-multi-region-clusters.html"
ENCRYPTION = f"{_DSQL}/userguide/data-encryption.html"
AUTHENTICATION = f"{_DSQL}/userguide/authentication-authorization.html"
METRICS = f"{_DSQL}/userguide/cloudwatch-monitoring.html"
TAGS = f"{_DSQL}/userguide/tagging-resources.html"

KEY_DELETION = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
KEY_ROTATION = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
KEY_STATES = "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html"

LEAST_PRIVILEGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"
PRINCIPAL = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
NAMES = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"

CROSS_REGION = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html"
PATTERNS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html"
DEAD_LETTERS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"
RETRIES = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"
TARGET_PERMISSIONS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html"
RULE_STATE = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"

QUEUE_RETENTION = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"
)
QUEUE_ENCRYPTION = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"
)

ASYNC = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
ENVIRONMENT = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
RUNTIMES = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
CONCURRENCY = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"
FUNCTION_PERMISSIONS = "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
FUNCTION_URLS = "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
LOG_RETENTION = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    "#SettingLogRetention"
)

API_ACCESS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html"
API_THROTTLING = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"
API_LOGS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html"
API_CORS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"

ALARM_ACTIONS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html"
ALARMS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"

PROVIDER_VERSIONS = "https://developer.hashicorp.com/terraform/language/providers/requirements#version-constraints"
PROVIDERS_IN_MODULES = "https://developer.hashicorp.com/terraform/language/modules/develop/providers"
PEERING = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dsql_cluster_peering"
