"""Services whose answers Terraform compares with its configuration."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


def test_an_alarm_is_described_as_it_was_put(client):
    cloudwatch = client.aws("cloudwatch", config=Config(parameter_validation=True))
    alarm = {
        "AlarmName": "share-of-errors",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 2,
        "Threshold": 5.0,
        "InsufficientDataActions": ["arn:aws:sns:us-east-1:000000000000:topic"],
        "Metrics": [
            {"Id": "share", "Expression": "100 * errors", "ReturnData": True},
            {
                "Id": "errors",
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "a", "Value": "b"}]},
                    "Period": 60,
                    "Stat": "Sum",
                },
            },
        ],
    }
    cloudwatch.put_metric_alarm(**alarm)
    (shown,) = cloudwatch.describe_alarms(AlarmNames=["share-of-errors"])["MetricAlarms"]
    assert {name: shown.get(name) for name in alarm} == alarm
    assert "Statistic" not in shown
    assert "Period" not in shown


def test_a_composite_alarm_is_described_as_it_was_put(client):
    cloudwatch = client.aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="simple",
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "FunctionName", "Value": "f"}],
    )
    cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule="ALARM(simple)", AlarmDescription="a & b")
    answer = cloudwatch.describe_alarms(AlarmNames=["both", "simple"], AlarmTypes=["CompositeAlarm", "MetricAlarm"])
    (composite,), (simple,) = answer["CompositeAlarms"], answer["MetricAlarms"]
    assert (composite["AlarmRule"], composite["AlarmDescription"]) == ("ALARM(simple)", "a & b")
    assert (simple["Statistic"], simple["Dimensions"]) == ("Sum", [{"Name": "FunctionName", "Value": "f"}])


@pytest.mark.parametrize(("agent", "told"), [("APN/1.0 HashiCorp/1.0 Terraform/1.11", False), ("aws-cli", True)])
def test_only_terraform_is_spared_the_wait_for_a_change(client, agent, told):
    route53 = client.aws("route53", config=Config(user_agent=agent))
    answer = route53.create_hosted_zone(Name=f"{'told' if told else 'spared'}.test", CallerReference=agent)
    assert bool(answer.get("ChangeInfo")) is told
    assert route53.get_dnssec(HostedZoneId=answer["HostedZone"]["Id"])["Status"]["ServeSignature"] == "NOT_SIGNING"


def test_xray_keeps_sampling_rules(client):
    xray = client.aws("xray")
    rule = {
        "RuleName": "all", "Priority": 1, "FixedRate": 0.1, "ReservoirSize": 1, "ResourceARN": "*", "ServiceName": "*",
        "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1,
    }  # fmt: skip
    arn = xray.create_sampling_rule(SamplingRule=rule, Tags=[{"Key": "a", "Value": "b"}])["SamplingRuleRecord"][
        "SamplingRule"
    ]["RuleARN"]
    xray.update_sampling_rule(SamplingRuleUpdate={"RuleName": "all", "FixedRate": 0.5})
    (record,) = xray.get_sampling_rules()["SamplingRuleRecords"]
    assert record["SamplingRule"]["FixedRate"] == 0.5
    assert xray.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    xray.delete_sampling_rule(RuleName="all")
    assert xray.get_sampling_rules()["SamplingRuleRecords"] == []


def test_the_path_health_belongs_to_applications(client):
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(client.environment["AWS_ENDPOINT_URL"] + "/health")


def test_requests_without_rights_are_refused(client):
    role = client.role("reader", "lambda.amazonaws.com", ("dsql:GetCluster", "*"))
    reader = client.as_role(role).aws("dsql")
    with pytest.raises(Exception, match="not authorized to perform: dsql:CreateCluster"):
        reader.create_cluster()


def test_a_wrong_secret_is_refused(client):
    forger = type(client)({**client.environment, "AWS_SECRET_ACCESS_KEY": "wrong"})
    with pytest.raises(Exception, match="signature"):
        forger.aws("sqs").list_queues()


def test_registries_and_schemas_are_listed(client):
    schemas = client.aws("schemas")
    schemas.create_registry(RegistryName="listed")
    content = '{"type": "object"}'
    schemas.create_schema(RegistryName="listed", SchemaName="orders@Placed", Type="JSONSchemaDraft4", Content=content)
    assert [found["RegistryName"] for found in schemas.list_registries()["Registries"]] == ["listed"]
    assert [found["SchemaName"] for found in schemas.list_schemas(RegistryName="listed")["Schemas"]] == [
        "orders@Placed"
    ]
    schemas.delete_schema(RegistryName="listed", SchemaName="orders@Placed")
    assert schemas.list_schemas(RegistryName="listed")["Schemas"] == []
    schemas.delete_registry(RegistryName="listed")
    assert schemas.list_registries()["Registries"] == []


def test_a_bus_goes_after_its_rules_and_a_rule_after_its_targets(client):
    events = client.aws("events")
    events.create_event_bus(Name="full")
    rule = {"Name": "one", "EventBusName": "full"}
    events.put_rule(**rule, EventPattern='{"source": ["a"]}')
    target = {"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:000000000000:q"}
    events.put_targets(Rule="one", EventBusName="full", Targets=[target])
    with pytest.raises(ClientError, match="can't be deleted since it has targets"):
        events.delete_rule(**rule)
    with pytest.raises(ClientError, match="can't be deleted since it has rules"):
        events.delete_event_bus(Name="full")
    events.remove_targets(Rule="one", EventBusName="full", Ids=["queue"])
    events.delete_rule(**rule)
    events.delete_event_bus(Name="full")
    assert [bus["Name"] for bus in events.list_event_buses(NamePrefix="full")["EventBuses"]] == []


def test_an_update_of_a_bus_takes_away_what_it_leaves_out(client):
    events, key = client.aws("events"), client.aws("kms").create_key()["KeyMetadata"]["Arn"]
    events.create_event_bus(Name="updated", KmsKeyIdentifier=key, DeadLetterConfig={"Arn": client.queue("lost")[1]})
    assert events.describe_event_bus(Name="updated")["KmsKeyIdentifier"] == key
    events.update_event_bus(Name="updated", Description="without a key")
    found = events.describe_event_bus(Name="updated")
    assert found["Description"] == "without a key"
    assert not {"KmsKeyIdentifier", "DeadLetterConfig"} & set(found)
