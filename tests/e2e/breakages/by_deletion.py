"""What somebody may delete or mute by hand."""

from __future__ import annotations

from .registry import breaks


@breaks("us-east-2: rules carry events both ways", "no rule transactions-receive-from-primary")
def receive_rule_deleted(deployed):
    here = deployed.deployment.secondary
    events = deployed.aws.client("events", here.region)
    place = {"Rule": here.receive_rule, "EventBusName": here.bus}
    found = events.describe_rule(Name=here.receive_rule, EventBusName=here.bus)
    targets = events.list_targets_by_rule(**place)["Targets"]
    events.remove_targets(**place, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=here.receive_rule, EventBusName=here.bus)
    yield
    events.put_rule(**{key: found[key] for key in ("Name", "EventBusName", "Description", "State", "EventPattern")})
    events.put_targets(**place, Targets=targets)


@breaks("us-east-1: rules carry events both ways", "transactions-forward-to-secondary acts as arn:aws:iam::")
def forward_rule_acts_as_another_role(deployed):
    here = deployed.deployment.primary
    events = deployed.aws.client("events", here.region)
    place = {"Rule": here.forward_rule, "EventBusName": here.bus}
    (target,) = events.list_targets_by_rule(**place)["Targets"]
    other = target["RoleArn"].replace("-forward-primary", "-forward-secondary")
    events.put_targets(**place, Targets=[target | {"RoleArn": other}])
    yield
    events.put_targets(**place, Targets=[target])


@breaks("us-east-1: relay is scheduled", "no schedule transactions-relay-primary")
def schedule_deleted(deployed):
    client = deployed.aws.client("scheduler", "us-east-1")
    found = client.get_schedule(Name="transactions-relay-primary")
    client.delete_schedule(Name="transactions-relay-primary")
    yield
    kept = ("Name", "Description", "ScheduleExpression", "FlexibleTimeWindow", "Target", "GroupName", "State")
    client.create_schedule(**{key: found[key] for key in kept})


@breaks("us-east-1: queues of failures are empty", "no queue failed")
def queue_deleted(deployed):
    here = deployed.deployment.primary
    client, url = deployed.aws.client("sqs", here.region), here.queues["failed"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tags = client.list_queue_tags(QueueUrl=url).get("Tags", {})
    client.delete_queue(QueueUrl=url)
    yield
    told = ("Approximate", "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn")
    kept = {name: value for name, value in attributes.items() if not name.startswith(told)}
    client.create_queue(QueueName=url.rpartition("/")[2], Attributes=kept, tags=tags)


@breaks("us-east-2: alarms are quiet", "the actions of transactions-by-hand are off")
def alarm_muted(deployed):
    client = deployed.aws.client("cloudwatch", "us-east-2")
    client.put_metric_alarm(
        AlarmName="transactions-by-hand",
        AlarmActions=["arn:aws:sns:us-east-2:000000000000:somebody"],
        ActionsEnabled=False,
        MetricName="Errors",
        Namespace="AWS/Lambda",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1e9,
        ComparisonOperator="GreaterThanThreshold",
    )
    yield
    client.delete_alarms(AlarmNames=["transactions-by-hand"])
