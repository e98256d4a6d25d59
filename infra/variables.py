"""The modules' inputs: one declaration each, shared by every module and by the deployable stack."""

from collections.abc import Iterable

from cdktf import TerraformVariable, TerraformVariableValidationConfig, Token
from constructs import Construct

from infra import fields, readers
from infra.api_inputs import API
from infra.input import REQUIRED, Input
from infra.monitoring_inputs import MONITORING
from infra.regions import REGION_SETS
from infra.routing_inputs import EVENT_ROUTING

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = [
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
]
# Defaults of what `functions` sizes: memory in MB, timeout in seconds.
FUNCTION_SIZES = {
    "audit": {"memory_size": 256, "timeout": 30},
    "consumer": {"memory_size": 512, "timeout": 30},
    "migrate": {"memory_size": 512, "timeout": 300},
    "notify": {"memory_size": 256, "timeout": 30},
    "relay": {"memory_size": 512, "timeout": 60},
    "review": {"memory_size": 256, "timeout": 30},
    "transactions": {"memory_size": 512, "timeout": 30},
}


INPUTS: dict[str, Input] = {
    "account_id": Input(
        "string",
        "AWS account that the resources are created in; makes every name and policy known at plan time without a call "
        "to AWS. Null asks AWS for it.",
        default=None,
        nullable=True,
        checks=[
            (
                '${var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))}',
                '`account_id` must be 12 digits or null, got "${coalesce(var.account_id, "null")}".',
            )
        ],
    ),
    "api": API,
    "deletion_protection": Input(
        "bool",
        "Whether AWS refuses to delete the two clusters. Apply with false before a destroy: a destroy that meets a "
        "protected cluster has already dropped the link from the state.",
        default=True,
    ),
    "encryption": Input(
        "object({ deletion_window_in_days = optional(number, 30), "
        "key_arns = optional(object({ primary = string, secondary = string })) })",
        "Customer-managed KMS keys for the clusters. An empty object creates one key with rotation in each Region, "
        "`key_arns` brings yours, each of the Region of its cluster; null leaves the clusters on AWS's own key.",
        default=None,
        nullable=True,
        checks=[
            (
                "${var.encryption == null || try(var.encryption.deletion_window_in_days >= 7 && "
                "var.encryption.deletion_window_in_days <= 30, false)}",
                "`encryption.deletion_window_in_days` must be 7 to 30, got "
                '${try(var.encryption.deletion_window_in_days, "null")}.',
            ),
            (
                "${alltrue([for key_arn in try(values(var.encryption.key_arns), []) : "
                'can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))])}',
                "`encryption.key_arns` must be the ARNs of two KMS keys, arn:aws:kms:<Region>:<account>:key/<id>, "
                'got ${join(", ", try(values(var.encryption.key_arns), []))}.',
            ),
        ],
    ),
    "event_routing": EVENT_ROUTING,
    "event_source": Input(
        "string",
        "Value of `source` in the events that are carried to the other Region; events of other sources stay where "
        "they were put.",
        default="dsql.application",
        checks=[
            (
                '${can(regex("^[A-Za-z0-9._/-]{1,256}$", var.event_source)) && !startswith(var.event_source, "aws.")}',
                "`event_source` must be 1 to 256 letters, digits or . _ / - and not begin with `aws.`, got "
                '"${var.event_source}".',
            )
        ],
    ),
    "event_rules": Input(
        "map(object({ description = optional(string), event_pattern = string, "
        "primary_target = optional(object({ arn = string, role_arn = optional(string) })), "
        "secondary_target = optional(object({ arn = string, role_arn = optional(string) })) }))",
        "Rules of your own on the event buses, by name: events that match `event_pattern` (JSON) go to the target of "
        "the Region, with retries and our queue of undelivered events. A Lambda function, an SQS queue or an SNS topic "
        "as target needs a policy of yours that lets EventBridge in, a target of another kind a `role_arn`.",
        default={},
        checks=[
            (
                "${alltrue([for rule in values(var.event_rules) : can(keys(jsondecode(rule.event_pattern)))])}",
                "`event_rules`: `event_pattern` must be a JSON object, such as jsonencode({ source = "
                '["dsql.application"] }); it is not in: ${join(", ", [for name, rule in var.event_rules : name if '
                "!can(keys(jsondecode(rule.event_pattern)))])}.",
            ),
            (
                "${alltrue([for rule in values(var.event_rules) : rule.primary_target != null || "
                "rule.secondary_target != null])}",
                "`event_rules`: each rule needs `primary_target`, `secondary_target` or both; neither is in: "
                '${join(", ", [for name, rule in var.event_rules : name if rule.primary_target == null && '
                "rule.secondary_target == null])}.",
            ),
            (
                '${alltrue([for name in keys(var.event_rules) : can(regex("^[A-Za-z0-9._-]{1,24}$", name))])}',
                "`event_rules`: a name must be 1 to 24 letters, digits or . _ -, got "
                '${join(", ", keys(var.event_rules))}.',
            ),
        ],
    ),
    "field_encryption": fields.INPUT,
    "functions": Input(
        "object({ "
        + ", ".join(
            f"{name} = optional(object({{ memory_size = optional(number, {defaults['memory_size']}), "
            "reserved_concurrent_executions = optional(number, -1), "
            f"timeout = optional(number, {defaults['timeout']}) }}), {{}})"
            for name, defaults in FUNCTION_SIZES.items()
        )
        + " })",
        "Memory in MB, timeout in seconds and reserved concurrency of single functions; -1 reserves none. A reserved "
        "concurrency also caps the function's connections to the cluster.",
        default={},
        checks=[
            (
                "${alltrue([for settings in values(var.functions) : settings.memory_size >= 128 && "
                "settings.memory_size <= 10240])}",
                "`functions`: `memory_size` must be 128 to 10240 MB.",
            ),
            (
                "${alltrue([for settings in values(var.functions) : "
                "settings.timeout >= 1 && settings.timeout <= 900])}",
                "`functions`: `timeout` must be 1 to 900 seconds.",
            ),
            (
                "${alltrue([for settings in values(var.functions) : settings.reserved_concurrent_executions >= -1])}",
                "`functions`: `reserved_concurrent_executions` must be -1 (none reserved), 0 (switched off) or more.",
            ),
        ],
    ),
    "lambda_package": Input(
        'object({ architecture = optional(string, "arm64"), filename = optional(string), '
        "primary_object = optional(object({ bucket = string, key = string, version = optional(string) })), "
        'runtime = optional(string, "python3.13"), '
        "secondary_object = optional(object({ bucket = string, key = string, version = optional(string) })), "
        "source_code_hash = optional(string) })",
        "The functions' code, a zip file (`filename`) or an S3 object in each Region, and the Lambda runtime and "
        "architecture that it was built for. A changed file, version or `source_code_hash` updates all functions and "
        "runs the schema migrations again.",
        checks=[
            (
                "${(var.lambda_package.filename != null) != (var.lambda_package.primary_object != null && "
                "var.lambda_package.secondary_object != null)}",
                "`lambda_package` must give either `filename`, or both `primary_object` and `secondary_object` with "
                "`bucket` and `key`: Lambda reads a package only from a bucket in its own Region.",
            ),
            (
                "${var.lambda_package.filename == null || try(fileexists(var.lambda_package.filename), false)}",
                '`lambda_package.filename` does not exist: ${coalesce(var.lambda_package.filename, "null")}. Run '
                "`make package`, or give the path of a package that was built before.",
            ),
            (
                '${contains(["python3.11", "python3.12", "python3.13", "python3.14"], var.lambda_package.runtime)}',
                "`lambda_package.runtime` must be python3.11, python3.12, python3.13 or python3.14, got "
                '"${var.lambda_package.runtime}".',
            ),
            (
                '${contains(["arm64", "x86_64"], var.lambda_package.architecture)}',
                '`lambda_package.architecture` must be arm64 or x86_64, got "${var.lambda_package.architecture}".',
            ),
        ],
    ),
    "link_environment": Input(
        "map(string)",
        "Environment variables for the AWS CLI of the link step, such as `AWS_PROFILE`. Needed where the CLI would not "
        "find the credentials that the providers use.",
        default={},
    ),
    "link_method": Input(
        "string",
        'How the clusters are linked: "aws-cli" runs the AWS CLI where Terraform runs, "provider" uses '
        "`aws_dsql_cluster_peering`. Of an existing pair, change it only as the README says.",
        default="aws-cli",
        checks=[
            (
                '${contains(["aws-cli", "provider"], var.link_method)}',
                '`link_method` must be "aws-cli" or "provider", got "${var.link_method}".',
            )
        ],
    ),
    "link_role_arn": Input(
        "string",
        "IAM role that the AWS CLI of the link step assumes. Null uses the credentials of the environment.",
        default=None,
        nullable=True,
        checks=[
            (
                '${var.link_role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", '
                "var.link_role_arn))}",
                "`link_role_arn` must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, or null, got "
                '"${coalesce(var.link_role_arn, "null")}".',
            )
        ],
    ),
    "link_timeout_minutes": Input(
        "number",
        "Minutes that the AWS CLI of the link step waits for both clusters to be ACTIVE and linked before it fails.",
        default=30,
        checks=[
            (
                "${var.link_timeout_minutes >= 1 && var.link_timeout_minutes <= 720}",
                "`link_timeout_minutes` must be 1 to 720, got ${var.link_timeout_minutes}.",
            )
        ],
    ),
    "log_level": Input(
        "string",
        "Least severe level that the functions log. DEBUG multiplies the log volume and its cost.",
        default="INFO",
        checks=[
            (
                '${contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)}',
                '`log_level` must be DEBUG, INFO, WARNING or ERROR, got "${var.log_level}".',
            )
        ],
    ),
    "log_retention_days": Input(
        "number",
        "Days that the functions' log groups keep an entry. Lowering it drops older entries at the next apply.",
        default=30,
        checks=[
            (
                f"${{contains({LOG_RETENTION_DAYS}, var.log_retention_days)}}",
                f"`log_retention_days` must be one of {', '.join(map(str, LOG_RETENTION_DAYS))}, got "
                "${var.log_retention_days}.",
            )
        ],
    ),
    "monitoring": MONITORING,
    "name": Input(
        "string",
        "Name of the application: the event buses carry it, every other name begins with it. Changing it replaces "
        "everything but the clusters.",
        checks=[
            (
                '${can(regex("^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$", var.name))}',
                "`name` must be 1 to 32 lower-case letters, digits or hyphens, begin with a letter and not end with a "
                'hyphen, got "${var.name}".',
            )
        ],
    ),
    "permissions_boundary_arn": Input(
        "string",
        "IAM policy that bounds what every role of the application can ever be allowed. Null sets no boundary.",
        default=None,
        nullable=True,
        checks=[
            (
                "${var.permissions_boundary_arn == null || "
                'can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))}',
                "`permissions_boundary_arn` must be the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>, or "
                'null, got "${coalesce(var.permissions_boundary_arn, "null")}".',
            )
        ],
    ),
    **readers.INPUTS,
    "region_sets": Input(
        "map(set(string))",
        "Aurora DSQL's Region sets: primary, secondary and witness Region must all be in one of them. Override it when "
        "AWS has added Regions.",
        default=REGION_SETS,
    ),
    "tags": Input(
        "map(string)",
        "Tags for every resource that takes tags; the clusters get a `Name` besides.",
        default={},
    ),
    "vpc": Input(
        "object({ primary = object({ security_group_ids = list(string), subnet_ids = list(string) }), "
        "private_endpoint = optional(bool, true), "
        "secondary = object({ security_group_ids = list(string), subnet_ids = list(string) }) })",
        "Subnets and security groups that the functions run in. With `private_endpoint` they connect to the cluster "
        "through the interface endpoint that you create for the output `vpc_endpoint_service_names`; take the subnets "
        "from that endpoint, so that the functions wait for it. Null runs them outside of a VPC.",
        default=None,
        nullable=True,
        checks=[
            (
                "${var.vpc == null || alltrue([for side in [try(var.vpc.primary, null), try(var.vpc.secondary, null)] "
                ": try(length(side.subnet_ids) > 0 && length(side.security_group_ids) > 0, false)])}",
                "`vpc` needs at least one of `subnet_ids` and of `security_group_ids` in `primary` and in `secondary`.",
            )
        ],
    ),
}


def declare(scope: Construct, names: Iterable[str], *, defaults: dict[str, object] | None = None) -> None:
    """Declare inputs on a stack, in alphabetical order.

    Args:
        scope: the stack that gets the variables.
        names: keys of `INPUTS`.
        defaults: defaults that this stack gives where the declaration has none.

    Raises:
        KeyError: a name is not declared in `INPUTS`.
    """
    for name in sorted(set(names)):
        given = INPUTS[name]
        default = (defaults or {}).get(name, given.default)
        variable = TerraformVariable(
            scope,
            f"variable_{name}",
            type=given.type,
            description=given.description,
            nullable=given.nullable,
            validation=[
                TerraformVariableValidationConfig(condition=condition, error_message=message)
                for condition, message in given.checks
            ],
        )
        variable.override_logical_id(name)
        if default is not REQUIRED:
            # Not the `default` argument: cdktf drops None there, and the variable would become required.
            variable.add_override("default", Token.null_value() if default is None else default)
