"""The modules' inputs: one declaration each, shared by every module and by the deployable stack."""

from collections.abc import Iterable

from cdktf import TerraformVariable, TerraformVariableValidationConfig, Token
from constructs import Construct

from infra import fields, function_inputs, link_inputs, readers
from infra.api_inputs import API
from infra.backup_inputs import INPUT as BACKUP
from infra.checks import listed, whole
from infra.fault_injection_inputs import INPUT as FAULT_INJECTION
from infra.input import REQUIRED, Input
from infra.monitoring_inputs import MONITORING
from infra.regions import REGION_SETS
from infra.routing_inputs import EVENT_ROUTING
from infra.service_encryption import INPUT as SERVICE_ENCRYPTION

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
    "backup": BACKUP,
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
                f"${{var.encryption == null || try({whole('var.encryption.deletion_window_in_days', 7, 30)}, false)}}",
                "`encryption.deletion_window_in_days` must be a whole number, 7 to 30, got "
                '${try(var.encryption.deletion_window_in_days, "null")}.',
            ),
            (
                "${alltrue([for key_arn in try(values(var.encryption.key_arns), []) : "
                'can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))])}',
                "`encryption.key_arns` must be the ARNs of two KMS keys, arn:aws:kms:<Region>:<account>:key/<id>, "
                f"got {listed('try(values(var.encryption.key_arns), [])')}.",
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
        "Rules of your own on the event buses, by name. Events that match `event_pattern` (JSON) go to that Region's "
        "target, with retries and with our queue for undelivered events. If the target is a Lambda function, an SQS "
        "queue or an SNS topic, its own policy must let EventBridge in; any other target needs a `role_arn`.",
        default={},
        checks=[
            (
                "${alltrue([for rule in values(var.event_rules) : can(keys(jsondecode(rule.event_pattern)))])}",
                "`event_rules`: `event_pattern` must be a JSON object, such as jsonencode({ source = "
                '["dsql.application"] }); it is not in: ${join(", ", [for name, rule in var.event_rules : name if '
                "!can(keys(jsondecode(rule.event_pattern)))])}.",
            ),
            (
                "${alltrue([for rule in values(var.event_rules) : "
                "rule == null ? false : rule.primary_target != null || rule.secondary_target != null])}",
                "`event_rules`: each rule needs `primary_target`, `secondary_target` or both; neither is in: "
                '${join(", ", [for name, rule in var.event_rules : name if try(rule.primary_target, null) == null && '
                "try(rule.secondary_target, null) == null])}.",
            ),
            (
                '${alltrue([for name in keys(var.event_rules) : can(regex("^[A-Za-z0-9._-]{1,24}$", name))])}',
                "`event_rules`: a name must be 1 to 24 letters, digits or . _ -, got "
                '${join(", ", keys(var.event_rules))}.',
            ),
        ],
    ),
    "fault_injection": FAULT_INJECTION,
    "field_encryption": fields.INPUT,
    **function_inputs.INPUTS,
    **link_inputs.INPUTS,
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
    "service_encryption": SERVICE_ENCRYPTION,
    "tags": Input(
        "map(string)",
        "Tags for every resource that takes tags; the clusters also get a `Name`.",
        default={},
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
