"""AWS Fault Injection Service: templates as Terraform compares them, experiments as an operator watches them."""

from __future__ import annotations

import psycopg
import pytest

from localcloud.patches import fault_injection

from .conftest import eventually

ROLE = "arn:aws:iam::000000000000:role/inject"


@pytest.fixture
def cluster(client):
    dsql = client.aws("dsql")
    made = dsql.create_cluster(deletionProtectionEnabled=False)
    dsql.get_waiter("cluster_active").wait(identifier=made["identifier"], WaiterConfig={"Delay": 1})
    yield made
    dsql.delete_cluster(identifier=made["identifier"])


@pytest.fixture
def template(client, cluster):
    """Make a template that fails connections to the cluster: `template(duration, alarm)` gives it."""
    fis, made = client.aws("fis"), []

    def make(*, duration="PT5M", alarm=None):
        stop = {"source": "aws:cloudwatch:alarm", "value": alarm} if alarm else {"source": "none"}
        parameters = {"duration": duration, "percentage": "100"}
        action = {
            "actionId": fault_injection.CONNECTION_FAILURE,
            "parameters": parameters,
            "targets": {"Clusters": "c"},
        }
        given = {
            "description": "an outage",
            "roleArn": ROLE,
            "stopConditions": [stop],
            "targets": {
                "c": {"resourceType": "aws:dsql:cluster", "resourceArns": [cluster["arn"]], "selectionMode": "ALL"}
            },
            "actions": {"database": action},
        }
        found = fis.create_experiment_template(clientToken="once", tags={"Name": "outage"}, **given)[
            "experimentTemplate"
        ]
        assert {name: found[name] for name in given} == given
        made.append(found["id"])
        return found

    yield make
    for id_ in made:
        fis.delete_experiment_template(id=id_)


def status(fis, id_):
    return fis.get_experiment(id=id_)["experiment"]["state"]["status"]


def test_a_template_is_shown_changed_and_tagged_as_it_was_given(client, template):
    fis, made = client.aws("fis"), template()
    assert made["experimentOptions"] == {"accountTargeting": "single-account", "emptyTargetResolutionMode": "fail"}
    fis.update_experiment_template(id=made["id"], description="another")
    fis.tag_resource(resourceArn=made["arn"], tags={"team": "payments"})
    shown = fis.get_experiment_template(id=made["id"])["experimentTemplate"]
    assert (shown["description"], shown["tags"]) == ("another", {"Name": "outage", "team": "payments"})
    assert shown["actions"] == made["actions"]
    fis.untag_resource(resourceArn=made["arn"], tagKeys=["team"])
    assert fis.list_tags_for_resource(resourceArn=made["arn"])["tags"] == {"Name": "outage"}
    assert client.aws("fis", "us-east-2").list_experiment_templates()["experimentTemplates"] == []


def test_connections_end_and_fail_until_the_experiment_is_stopped(client, cluster, template):
    fis, host = client.aws("fis"), f"{cluster['identifier']}.dsql.us-east-1.on.aws"
    with client.connect(host) as connection:
        id_ = fis.start_experiment(experimentTemplateId=template()["id"], clientToken="go")["experiment"]["id"]
        assert status(fis, id_) == "initiating"
        eventually(lambda: status(fis, id_) == "running")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="cluster not found"):
        client.connect(host)
    fis.stop_experiment(id=id_)
    stopped = fis.get_experiment(id=id_)["experiment"]
    assert (stopped["state"]["status"], stopped["actions"]["database"]["state"]["status"]) == ("stopped", "stopped")
    assert stopped["endTime"] > stopped["startTime"]
    with client.connect(host) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_experiment_completes_when_its_time_is_over(client, template):
    fis = client.aws("fis")
    id_ = fis.start_experiment(experimentTemplateId=template(duration="PT1S")["id"], clientToken="go")["experiment"][
        "id"
    ]
    eventually(lambda: status(fis, id_) == "completed")


def test_a_template_without_a_duration_is_refused(template):
    with pytest.raises(Exception, match="one action that has a duration, such as PT5M, got"):
        template(duration="five minutes")


def test_an_alarm_of_the_template_stops_the_experiment(client, template):
    fis, cloudwatch = client.aws("fis"), client.aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="stop", Namespace="N", MetricName="M", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    arn = cloudwatch.describe_alarms(AlarmNames=["stop"])["MetricAlarms"][0]["AlarmArn"]
    id_ = fis.start_experiment(experimentTemplateId=template(alarm=arn)["id"], clientToken="go")["experiment"]["id"]
    eventually(lambda: status(fis, id_) == "running")
    cloudwatch.set_alarm_state(AlarmName="stop", StateValue="ALARM", StateReason="a test")
    state = fis.get_experiment(id=id_)["experiment"]["state"]
    assert (state["status"], state["reason"]) == ("stopped", f"Experiment stopped by stop condition {arn}.")
    cloudwatch.delete_alarms(AlarmNames=["stop"])


def test_a_right_on_one_template_starts_no_other(client, template):
    mine, other = template(), template()
    experiments = "arn:aws:fis:us-east-1:000000000000:experiment/*"
    rights = (("fis:StartExperiment", mine["arn"]), ("fis:StopExperiment", experiments))
    role = client.role("driller", "lambda.amazonaws.com", *rights)
    fis = client.as_role(role).aws("fis")
    id_ = fis.start_experiment(experimentTemplateId=mine["id"], clientToken="go")["experiment"]["id"]
    fis.stop_experiment(id=id_)
    with pytest.raises(Exception, match="not authorized to perform: fis:StartExperiment"):
        fis.start_experiment(experimentTemplateId=other["id"], clientToken="go")
