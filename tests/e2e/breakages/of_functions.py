"""What somebody may break by hand of the functions and of who may do what."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from delivery.code import VARIABLE

from .registry import breaks


def _configured(deployed, side, function, **change) -> Iterator[None]:
    client = deployed.aws.client("lambda", side.region)
    name = side.functions[function]
    found = client.get_function_configuration(FunctionName=name)
    client.update_function_configuration(FunctionName=name, **change)
    yield
    client.update_function_configuration(FunctionName=name, **{key: found[key] for key in change})


@breaks("us-east-1: functions are there, each in its role", "has the role transactions-migrate-primary")
def role_changed(deployed):
    here = deployed.deployment.primary
    role = here.role_arn(here.functions["migrate"])
    yield from _configured(deployed, here, "consumer", Role=role)


@breaks("us-east-1: functions are there, each in its role", "transactions-relay-primary connects to elsewhere")
def function_bound_to_another_cluster(deployed):
    here = deployed.deployment.primary
    variables = {"CLUSTER_ENDPOINT": "elsewhere.dsql.us-east-1.on.aws", "DATABASE_ROLE": "relay"}
    yield from _configured(deployed, here, "relay", Environment={"Variables": variables})


@breaks("us-east-2: functions are there, each in its role", "reserved concurrency of 0")
def function_switched_off(deployed):
    here = deployed.deployment.secondary
    client, name = deployed.aws.client("lambda", here.region), here.functions["transactions"]
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    yield
    client.delete_function_concurrency(FunctionName=name)


@breaks("us-east-1: functions run the other Region's code", "consumer: ")
def function_updated_by_hand(deployed):
    here = deployed.deployment.primary
    client, name = deployed.aws.client("lambda", here.region), here.functions["consumer"]
    package = Path(json.loads(deployed.environment[VARIABLE])["filename"]).read_bytes()
    changed = io.BytesIO(package)
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("more.txt", "by hand")
    client.update_function_code(FunctionName=name, ZipFile=changed.getvalue())
    yield
    client.update_function_code(FunctionName=name, ZipFile=package)


@breaks("us-east-1: failures of functions are kept", "failures of transactions-relay-primary go to nowhere")
def failures_without_destination(deployed):
    here = deployed.deployment.primary
    client, name = deployed.aws.client("lambda", here.region), here.functions["relay"]
    found = client.get_function_event_invoke_config(FunctionName=name)
    kept = {key: found[key] for key in ("MaximumEventAgeInSeconds", "MaximumRetryAttempts")}
    client.put_function_event_invoke_config(FunctionName=name, **kept)
    yield
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig=found["DestinationConfig"], **kept)


@breaks("us-east-2: log groups are there", "no log group /aws/lambda/transactions-migrate-secondary")
def log_group_deleted(deployed):
    here = deployed.deployment.secondary
    client, group = deployed.aws.client("logs", here.region), f"/aws/lambda/{here.functions['migrate']}"
    client.delete_log_group(logGroupName=group)
    yield
    client.create_log_group(logGroupName=group)
    client.put_retention_policy(logGroupName=group, retentionInDays=30)


def _without_policy(deployed, side, role, policy) -> Iterator[None]:
    iam = deployed.aws.client("iam", side.region)
    place = {"RoleName": role, "PolicyName": policy}
    document = iam.get_role_policy(**place)["PolicyDocument"]
    iam.delete_role_policy(**place)
    yield
    iam.put_role_policy(**place, PolicyDocument=json.dumps(document))


@breaks("us-east-1: roles may do their work and no more", "transactions-relay-primary may not dsql:DbConnect on")
def role_lost_a_policy(deployed):
    here = deployed.deployment.primary
    yield from _without_policy(deployed, here, here.functions["relay"], "database")


@breaks("us-east-2: roles may do their work and no more", "transactions-forward-secondary may not events:PutEvents")
def forward_role_lost_its_policy(deployed):
    yield from _without_policy(deployed, deployed.deployment.secondary, "transactions-forward-secondary", "put-events")


@breaks("us-east-1: roles may do their work and no more", "transactions-consumer-primary may dsql:DbConnectAdmin")
def role_became_admin(deployed):
    here = deployed.deployment.primary
    iam = deployed.aws.client("iam", here.region)
    statement = {"Effect": "Allow", "Action": "dsql:DbConnectAdmin", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    place = {"RoleName": here.functions["consumer"], "PolicyName": "by-hand"}
    iam.put_role_policy(**place, PolicyDocument=document)
    yield
    iam.delete_role_policy(**place)


@breaks("us-east-1: AWS's services are let in", "the policy of transactions-consumer-primary does not let the rule")
def function_misses_its_permission(deployed):
    here = deployed.deployment.primary
    client, name = deployed.aws.client("lambda", here.region), here.functions["consumer"]
    client.remove_permission(FunctionName=name, StatementId="receive")
    yield
    client.add_permission(
        FunctionName=name,
        StatementId="receive",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=here.arn("events", f"rule/{here.bus}/{here.receive_rule}"),
    )


@breaks("us-east-2: AWS's services are let in", "the policy of the bus transactions does not let the role")
def bus_without_policy(deployed):
    here = deployed.deployment.secondary
    events = deployed.aws.client("events", here.region)
    document = events.describe_event_bus(Name=here.bus)["Policy"]
    events.remove_permission(EventBusName=here.bus, RemoveAllPermissions=True)
    yield
    events.put_permission(EventBusName=here.bus, Policy=document)
