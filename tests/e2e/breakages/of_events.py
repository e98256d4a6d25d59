"""What somebody may break by hand on the way of an event, and in what watches it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .registry import breaks


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
