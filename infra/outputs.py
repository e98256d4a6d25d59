"""The modules' outputs: what the next team needs."""

from cdktf import TerraformOutput
from constructs import Construct

from infra import deployer, key_policies
from infra.api import API
from infra.backup_inputs import OUTPUT as BACKUP
from infra.database import LINKED, endpoint
from infra.fault_injection_inputs import OUTPUT as FAULT_INJECTION
from infra.hcl import Value
from infra.iam import allow, policy
from infra.monitoring_inputs import OUTPUT as MONITORING
from infra.output import Output
from infra.placement import SIDES, region
from infra.routing_inputs import NOTIFICATION_TOPIC_ARNS


def _per_region(*parts: dict[str, dict[str, Value]]) -> dict[str, Value]:
    return {side: {key: value for part in parts for key, value in part[side].items()} for side in SIDES}


_PLACE: dict[str, dict[str, Value]] = {side: {"region": f"${{{region(side)}}}"} for side in SIDES}
_CLUSTER: dict[str, dict[str, Value]] = {
    side: {
        "cluster_identifier": f"${{aws_dsql_cluster.{side}.identifier}}",
        "cluster_arn": f"${{aws_dsql_cluster.{side}.arn}}",
        "endpoint": endpoint(side),
    }
    for side in SIDES
}
_BUS: dict[str, dict[str, Value]] = {
    side: {
        "event_bus_name": f"${{aws_cloudwatch_event_bus.{side}.name}}",
        "event_bus_arn": f"${{aws_cloudwatch_event_bus.{side}.arn}}",
        "forward_rule_name": f"${{aws_cloudwatch_event_rule.forward_{side}.name}}",
    }
    for side in SIDES
}
# By comprehension, not by index: `terraform import` evaluates outputs, also where an interrupted apply made only some
# of the functions.
_FUNCTIONS: dict[str, dict[str, Value]] = {
    side: {
        "function_name": f"${{one([for name, function in aws_lambda_function.{side} : function.function_name "
        'if name == "transactions"])}',
        "function_names": f"${{{{ for name, function in aws_lambda_function.{side} : name => "
        "function.function_name }}",
        "receive_rule_name": f"${{aws_cloudwatch_event_rule.receive_{side}.name}}",
    }
    for side in SIDES
}


def _queues(*purposes: str) -> dict[str, dict[str, Value]]:
    return {
        side: {"queue_urls": {purpose: f"${{aws_sqs_queue.{purpose}_{side}.url}}" for purpose in purposes}}
        for side in SIDES
    }


_NAME = Output("Name of the application.", "${var.name}")
_WITNESS = Output("Region that holds the witness.", f"${{{region('witness')}}}")
_STATEMENTS: dict[str, Value] = {side: allow("dsql:DbConnect", f"${{aws_dsql_cluster.{side}.arn}}") for side in SIDES}
_CONNECT = Output(
    "For the sides `primary` and `secondary`: IAM policy document for another workload that connects to the cluster of "
    "its Region as a database role which the schema's owner maps to it with `AWS IAM GRANT`.",
    {side: policy([statement]) for side, statement in _STATEMENTS.items()},
)
# Apart from `regions`, which waits for the migration: functions in a VPC migrate through the endpoint made from this.
_SERVICE_NAMES = Output(
    "For the sides `primary` and `secondary`: name of the AWS PrivateLink service for an `aws_vpc_endpoint` of yours. "
    "Known as soon as the cluster exists.",
    {side: f"${{aws_dsql_cluster.{side}.vpc_endpoint_service_name}}" for side in SIDES},
)

APPLICATION = {
    "api": API,
    "backup": BACKUP,
    "connect_policies": _CONNECT,
    "deployer_policies": deployer.POLICIES,
    "deployer_policy": deployer.POLICY,
    "fault_injection": FAULT_INJECTION,
    "key_policies": key_policies.APPLICATION,
    "monitoring": MONITORING,
    "name": _NAME,
    "notification_topic_arns": NOTIFICATION_TOPIC_ARNS,
    "regions": Output(
        "For the sides `primary` and `secondary`: Region, cluster, public endpoint, functions, event bus, rules and "
        "queues. Known once the clusters are linked and the schema is migrated.",
        _per_region(_PLACE, _CLUSTER, _FUNCTIONS, _BUS, _queues("failed", "undelivered")),
        [*LINKED, "aws_lambda_invocation.migration"],
    ),
    "vpc_endpoint_service_names": _SERVICE_NAMES,
    "witness_region": _WITNESS,
}
DATABASE = {
    "backup": BACKUP,
    "connect_policies": _CONNECT,
    "deployer_policy": Output(
        "IAM policy document with what an apply and a destroy of this module need, for the role that runs Terraform. "
        "`link_role_arn` also needs `sts:AssumeRole` on it.",
        policy(deployer.DATABASE),
    ),
    "key_policies": key_policies.DATABASE,
    "name": _NAME,
    "regions": Output(
        "For the sides `primary` and `secondary`: Region, cluster and public endpoint. Known once the clusters are "
        "linked, so that what uses an endpoint waits for the link.",
        _per_region(_PLACE, _CLUSTER),
        LINKED,
    ),
    "vpc_endpoint_service_names": _SERVICE_NAMES,
    "witness_region": _WITNESS,
}
EVENTS = {
    "name": _NAME,
    "regions": Output(
        "For the sides `primary` and `secondary`: Region, event bus, forward rule and queue of undelivered events.",
        _per_region(_PLACE, _BUS, _queues("undelivered")),
    ),
}


def declare(scope: Construct, outputs: dict[str, Output]) -> None:
    """Declare outputs on a stack, each under its own name."""
    for name, given in outputs.items():
        output = TerraformOutput(scope, f"output_{name}", description=given.description, value=given.value)
        output.override_logical_id(name)
        if given.depends_on:
            output.add_override("depends_on", given.depends_on)
