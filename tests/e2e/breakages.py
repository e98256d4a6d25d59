"""What somebody may break by hand, each undone when its block ends."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from delivery.code import VARIABLE
from demo.database import Database

Breakage = Callable[..., Iterator[None]]
BREAKAGES: dict[str, tuple[Breakage, str, str]] = {}
"""The breakage, the check that must fail, and what it must have seen, by the test's name."""


def breaks(check: str, seen: str) -> Callable[[Breakage], Breakage]:
    def note(breakage: Breakage) -> Breakage:
        BREAKAGES[breakage.__name__.replace("_", "-")] = (contextmanager(breakage), check, seen)
        return breakage

    return note


def sql(deployed, statement: str, *values: object) -> list[dict]:
    return Database(deployed.aws, deployed.deployment.primary, deployed.environment).rows(statement, values)


@breaks("us-east-1: cluster is ACTIVE and linked", "peers []")
def unlinked(deployed):
    here, there = deployed.deployment.sides
    client = deployed.aws.client("dsql", here.region)

    def link(*peers):
        client.update_cluster(
            identifier=here.cluster_identifier,
            multiRegionProperties={"witnessRegion": "us-west-2", "clusters": list(peers)},
        )

    link()
    yield
    link(there.cluster_arn)


@breaks("us-east-1: rules carry events both ways", "transactions-forward-to-secondary is DISABLED")
def forward_rule_disabled(deployed):
    here = deployed.deployment.primary
    rule = {"Name": here.forward_rule, "EventBusName": here.bus}
    deployed.aws.client("events", here.region).disable_rule(**rule)
    yield
    deployed.aws.client("events", here.region).enable_rule(**rule)


@breaks("us-east-2: rules carry events both ways", "transactions-receive-from-primary is DISABLED")
def receive_rule_disabled(deployed):
    here = deployed.deployment.secondary
    rule = {"Name": here.receive_rule, "EventBusName": here.bus}
    deployed.aws.client("events", here.region).disable_rule(**rule)
    yield
    deployed.aws.client("events", here.region).enable_rule(**rule)


@breaks("us-east-1: rules carry events both ways", "takes events of every Region")
def forward_rule_without_its_region(deployed):
    here = deployed.deployment.primary
    events = deployed.aws.client("events", here.region)
    found = events.describe_rule(Name=here.forward_rule, EventBusName=here.bus)
    rule = {key: found[key] for key in ("Name", "EventBusName", "Description", "State")}
    pattern = json.dumps({"source": ["dsql.application"]})
    events.put_rule(**rule, EventPattern=pattern)
    yield
    events.put_rule(**rule, EventPattern=found["EventPattern"])


def _changed_target(deployed, side, rule, change) -> Iterator[None]:
    events = deployed.aws.client("events", side.region)
    place = {"Rule": rule, "EventBusName": side.bus}
    (target,) = events.list_targets_by_rule(**place)["Targets"]
    changed = change(dict(target))
    if changed is None:
        events.remove_targets(**place, Ids=[target["Id"]])
    else:
        events.put_targets(**place, Targets=[changed])
    yield
    events.put_targets(**place, Targets=[target])


@breaks("us-east-2: rules carry events both ways", "transactions-forward-to-primary targets []")
def forward_target_removed(deployed):
    here = deployed.deployment.secondary
    yield from _changed_target(deployed, here, here.forward_rule, lambda _: None)


@breaks("us-east-1: rules carry events both ways", "function:transactions-relay-primary")
def receive_target_is_another_function(deployed):
    here = deployed.deployment.primary
    relay = here.arn("lambda", f"function:{here.functions['relay']}")
    yield from _changed_target(deployed, here, here.receive_rule, lambda target: target | {"Arn": relay})


@breaks("us-east-1: rules carry events both ways", "dead letters of transactions-receive-from-secondary go to nowhere")
def target_without_dead_letters(deployed):
    here = deployed.deployment.primary

    def without(target):
        del target["DeadLetterConfig"]
        return target

    yield from _changed_target(deployed, here, here.receive_rule, without)


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


@breaks("us-east-1: schema is that of the package", "version ")
def migration_missing(deployed):
    change = "update transactions.schema_migrations set version = -version where abs(version) = %s returning 1"
    (newest,) = sql(deployed, "select max(version) from transactions.schema_migrations")
    sql(deployed, change, newest["max"])
    yield
    sql(deployed, change, newest["max"])


@breaks("us-east-1: function reaches its database, no event waits", "the oldest event waits for")
def events_wait(deployed):
    sql(
        deployed,
        "insert into transactions.outbox_attempts (event_id, attempts, error_code, retry_at) values "
        "('00000000-0000-0000-0000-000000000001', 1, 'X', now() + interval '1 hour') returning 1",
    )
    sql(
        deployed,
        "insert into transactions.outbox (event_id, owner_region, shard, transaction_id, detail_type, detail, "
        "created_at) values ('00000000-0000-0000-0000-000000000001', 'us-east-1', 0, 'old', 'T', '{}', "
        "now() - interval '10 minutes') returning 1",
    )
    yield
    for table in ("outbox", "outbox_attempts"):
        sql(
            deployed,
            f"delete from transactions.{table} where event_id = '00000000-0000-0000-0000-000000000001' returning 1",
        )


@breaks("us-east-2: relay is scheduled", "transactions-relay-secondary is DISABLED")
def schedule_disabled(deployed):
    here = deployed.deployment.secondary
    client = deployed.aws.client("scheduler", here.region)
    found = client.get_schedule(Name="transactions-relay-secondary")
    kept = {
        key: found[key]
        for key in ("Name", "Description", "ScheduleExpression", "FlexibleTimeWindow", "Target", "GroupName")
    }
    client.update_schedule(**kept, State="DISABLED")
    yield
    client.update_schedule(**kept, State="ENABLED")


@breaks("us-east-2: queues of failures are empty", "1 message(s) in undelivered")
def queue_not_empty(deployed):
    here = deployed.deployment.secondary
    client, url = deployed.aws.client("sqs", here.region), here.queues["undelivered"]
    client.send_message(QueueUrl=url, MessageBody="{}")
    yield
    client.purge_queue(QueueUrl=url)


@breaks("us-east-1: alarms are quiet", "transactions-by-hand is in ALARM: a test")
def alarm_rings(deployed):
    client = deployed.aws.client("cloudwatch", "us-east-1")
    client.put_metric_alarm(
        AlarmName="transactions-by-hand",
        AlarmDescription="docs/operations.md",
        AlarmActions=["arn:aws:sns:us-east-1:000000000000:somebody"],
        MetricName="Errors",
        Namespace="AWS/Lambda",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1e9,
        ComparisonOperator="GreaterThanThreshold",
    )
    client.set_alarm_state(AlarmName="transactions-by-hand", StateValue="ALARM", StateReason="a test")
    yield
    client.delete_alarms(AlarmNames=["transactions-by-hand"])
