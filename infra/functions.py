"""The Lambda functions of both Regions: role, policies, log group, environment, and the schema migration."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionEnvironment,
    LambdaFunctionLoggingConfig,
)
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfig,
    LambdaFunctionEventInvokeConfigDestinationConfig,
    LambdaFunctionEventInvokeConfigDestinationConfigOnFailure,
)
from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from constructs import Construct

from infra.checks import is_given
from infra.database import LINKED, endpoint, private_endpoint
from infra.function_set import ASYNCHRONOUS, CONTENT, DATABASE_ACTIONS, FUNCTIONS, environments, statements
from infra.hcl import Value, expression, jsonencode
from infra.iam import allow, policy, trust
from infra.module import local
from infra.placement import SIDES, arn
from infra.queues import queue
from infra.readers import with_readers
from infra.service_encryption import OPTIONAL, key_arn
from infra.suppression import suppress

# What Lambda does in the function's name to attach it to a VPC:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
_NETWORK_ACTIONS: list[Value] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


def _network(side: str) -> list[Value]:
    """Let Lambda attach the function, and keep the same from the function's own code."""
    itself = {"ArnEquals": {"lambda:SourceFunctionArn": arn("lambda", side, f"function:{_name(side)}")}}
    return [
        allow(_NETWORK_ACTIONS, "*"),
        {"Effect": "Deny", "Action": _NETWORK_ACTIONS, "Resource": "*", "Condition": itself},
    ]


def _name(side: str) -> str:
    return f"${{var.name}}-${{each.key}}-{side}"


class Functions(Construct):  # type: ignore[misc]
    """The function set of each Region, and the schema migration.

    Args:
        scope: the module, which also holds a `Database` and an event bus pair.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = (
        *(
            "event_routing",
            "functions",
            "lambda_package",
            "log_level",
            "log_retention_days",
            "name",
            "permissions_boundary_arn",
        ),
        "readonly_role_arns",
        *("tags", "vpc"),
    )

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._locals()
        for side in SIDES:
            provider = providers[side]
            self._log_groups(side, provider)
            self._roles(side, provider)
            self._functions(side, provider)
            self._failures(side, provider)
        self._migration(providers["primary"])

    def _locals(self) -> None:
        functions: dict[str, Value] = {
            name: f"${{merge({expression(fixed)}, var.functions.{name})}}" for name, fixed in FUNCTIONS.items()
        }
        wanted = f"{is_given('var.event_routing')} || !contains({expression(CONTENT)}, name)"
        local(
            self,
            "functions",
            f"${{{{ for name, function in {expression(functions)} : name => function if {wanted} }}}}",
        )
        # Null where the package is in S3 and the caller gives no hash: then a new key or version updates the functions.
        by_file = "filebase64sha256(var.lambda_package.filename)"
        local(
            self,
            "source_code_hash",
            f"${{var.lambda_package.filename == null ? var.lambda_package.source_code_hash : {by_file}}}",
        )
        local(self, "function_environments", {side: environments(side) for side in SIDES})
        local(self, "function_statements", {side: statements(side) for side in SIDES})
        # Apart from the others: the one statement that needs the cluster's ARN, unknown until apply.
        local(self, "database_actions", DATABASE_ACTIONS)

    def _log_groups(self, side: str, provider: cdktf.TerraformProvider) -> None:
        group = CloudwatchLogGroup(
            self,
            f"log_group_{side}",
            provider=provider,
            name=f"/aws/lambda/${{var.name}}-${{each.key}}-{side}",
            kms_key_id=key_arn(side),
            retention_in_days=cdktf.Token.as_number("${var.log_retention_days}"),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        group.override_logical_id(side)
        suppress(
            group,
            CKV_AWS_158=OPTIONAL,
            CKV_AWS_338="how long logs are kept is the caller's choice, `log_retention_days`",
        )
        group.add_override("for_each", "${local.functions}")

    def _roles(self, side: str, provider: cdktf.TerraformProvider) -> None:
        role = IamRole(
            self,
            f"role_{side}",
            provider=provider,
            name=_name(side),
            assume_role_policy=trust("lambda.amazonaws.com"),
            permissions_boundary="${var.permissions_boundary_arn}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        role.override_logical_id(side)
        role.add_override("for_each", "${local.functions}")
        logs = allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            arn("logs", side, f"log-group:/aws/lambda/${{var.name}}-${{each.key}}-{side}:*"),
        )
        known = f"concat([{expression(logs)}], local.function_statements.{side}[each.key])"
        self._policy("work", side, provider, f"${{{known}}}")
        database = allow("${local.database_actions[each.key]}", f"${{aws_dsql_cluster.{side}.arn}}")
        self._policy("database", side, provider, [database])
        network = self._policy("network", side, provider, _network(side))
        network.add_override(
            "for_each", f"${{{{ for name, function in local.functions : name => function if {is_given('var.vpc')} }}}}"
        )
        anywhere = "AWS's own AWSLambdaVPCAccessExecutionRole is as wide; the function's code is denied all of it"
        suppress(network, CKV_AWS_290=anywhere, CKV_AWS_355=anywhere)

    def _policy(self, concern: str, side: str, provider: cdktf.TerraformProvider, statements: Value) -> IamRolePolicy:
        attached = IamRolePolicy(
            self,
            f"{concern}_{side}",
            provider=provider,
            name=concern,
            role=f"${{aws_iam_role.{side}[each.key].name}}",
            policy=policy(statements),
        )
        attached.override_logical_id(f"{concern}_{side}")
        attached.add_override("for_each", "${local.functions}")
        return attached

    def _functions(self, side: str, provider: cdktf.TerraformProvider) -> None:
        common = {
            "CLUSTER_ENDPOINT": f"${{try(var.vpc.private_endpoint, false) ? {expression(private_endpoint(side))} : "
            f"{expression(endpoint(side))}}}",
            "DATABASE_ROLE": "${each.value.database_role}",
            "LOG_LEVEL": "${var.log_level}",
        }
        variables = f"${{merge({expression(common)}, local.function_environments.{side}[each.key])}}"
        function = LambdaFunction(
            self,
            f"function_{side}",
            provider=provider,
            function_name=_name(side),
            role=f"${{aws_iam_role.{side}[each.key].arn}}",
            architectures=["${var.lambda_package.architecture}"],
            runtime="${var.lambda_package.runtime}",
            handler="${each.value.handler}",
            filename="${var.lambda_package.filename}",
            s3_bucket=f"${{try(var.lambda_package.{side}_object.bucket, null)}}",
            s3_key=f"${{try(var.lambda_package.{side}_object.key, null)}}",
            s3_object_version=f"${{try(var.lambda_package.{side}_object.version, null)}}",
            source_code_hash="${local.source_code_hash}",
            reserved_concurrent_executions=cdktf.Token.as_number("${each.value.reserved_concurrent_executions}"),
            memory_size=cdktf.Token.as_number("${each.value.memory_size}"),
            timeout=cdktf.Token.as_number("${each.value.timeout}"),
            kms_key_arn=key_arn(side),
            environment=LambdaFunctionEnvironment(variables=cdktf.Token.as_string_map(variables)),
            logging_config=LambdaFunctionLoggingConfig(
                log_format="Text", log_group=f"${{aws_cloudwatch_log_group.{side}[each.key].name}}"
            ),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        function.override_logical_id(side)
        suppress(
            function,
            CKV_AWS_50="the code is not instrumented for X-Ray; what a function did is in its log",
            CKV_AWS_116="what an asynchronous function fails on goes to its on-failure destination, which also has the "
            "error; the others are invoked synchronously",
            CKV_AWS_173=OPTIONAL,
            CKV_AWS_272="a signing profile would be the caller's; `source_code_hash` tells which code runs",
        )
        function.add_override(
            "dynamic.vpc_config",
            {
                "for_each": f"${{{is_given('var.vpc')} ? [var.vpc.{side}] : []}}",
                "content": {
                    "security_group_ids": "${vpc_config.value.security_group_ids}",
                    "subnet_ids": "${vpc_config.value.subnet_ids}",
                },
            },
        )
        function.add_override("for_each", "${local.functions}")
        function.add_override(
            "depends_on",
            [
                f"aws_iam_role_policy.{policy}_{side}"
                for policy in ("database", "fields", "network", "services", "work")
            ],
        )

    def _failures(self, side: str, provider: cdktf.TerraformProvider) -> None:
        queue(self, "failed", side, provider, key_arn=key_arn(side))
        invocation = LambdaFunctionEventInvokeConfig(
            self,
            f"asynchronous_{side}",
            provider=provider,
            function_name=f"${{aws_lambda_function.{side}[each.key].function_name}}",
            maximum_event_age_in_seconds=6 * 3600,
            maximum_retry_attempts=cdktf.Token.as_number("${each.value}"),
            destination_config=LambdaFunctionEventInvokeConfigDestinationConfig(
                on_failure=LambdaFunctionEventInvokeConfigDestinationConfigOnFailure(
                    destination=f"${{aws_sqs_queue.failed_{side}.arn}}"
                )
            ),
        )
        invocation.override_logical_id(side)
        there = "contains(keys(local.functions), name)"
        retries = f"{{ for name, retries in {expression(ASYNCHRONOUS)} : name => retries if {there} }}"
        invocation.add_override("for_each", f"${{{retries}}}")

    def _migration(self, provider: cdktf.TerraformProvider) -> None:
        roles: dict[str, Value] = {
            FUNCTIONS[function]["database_role"]: [f'${{aws_iam_role.{side}["{function}"].arn}}' for side in SIDES]
            for function in ("consumer", "relay", "transactions")
        }
        # Empty where the functions are not there, so that what was mapped before is taken away.
        for function in CONTENT:
            found = [f'[for name, role in aws_iam_role.{side} : role.arn if name == "{function}"]' for side in SIDES]
            roles[FUNCTIONS[function]["database_role"]] = f"${{concat({', '.join(found)})}}"
        migration = LambdaInvocation(
            self,
            "migration",
            provider=provider,
            function_name='${aws_lambda_function.primary["migrate"].function_name}',
            input=jsonencode({"roles": with_readers(roles)}),
            # Run again with each new package: a migration that is applied already is passed over.
            triggers={"package": "${coalesce(local.source_code_hash, jsonencode(var.lambda_package))}"},
            # And in new clusters, which are empty.
            lifecycle=cdktf.TerraformResourceLifecycle(
                replace_triggered_by=[f"aws_dsql_cluster.{side}.identifier" for side in SIDES]
            ),
        )
        migration.override_logical_id("migration")
        migration.add_override("depends_on", LINKED)
