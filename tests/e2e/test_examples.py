"""The examples as a reader runs them: copied, nothing added, pointed to the embedded cloud by the environment alone."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pytest

from ops.application import invoke
from ops.aws import Aws
from ops.dashboard import Span, picture
from ops.deployment import Deployment
from ops.http_api import NamedApi, request

from .examples import SIDES, await_answer, messages, remove

pytestmark = pytest.mark.e2e


def protected(cloud_environment):
    """Whether each cluster of the cloud is protected, by its Name."""
    aws, found = Aws(cloud_environment), {}
    for region in SIDES.values():
        client = aws.client("dsql", region)
        for listed in client.list_clusters()["clusters"]:
            cluster = client.get_cluster(identifier=listed["identifier"])
            name = client.list_tags_for_resource(resourceArn=cluster["arn"])["tags"]["Name"]
            found[name] = cluster["deletionProtectionEnabled"]
    return found


def test_each_of_the_deployers_policies_fits_into_a_managed_policy_with_everything_on(applied):
    policies = applied["complete"].output()["deployer_policies"]
    # Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    sizes = {name: len("".join(policy.split())) for name, policy in policies.items()}
    assert set(sizes) == {"api", "application", "database", "resilience"}
    assert {name: size for name, size in sizes.items() if size > 6144} == {}


def test_minimal_makes_a_protected_pair(applied, cloud_environment):
    assert set(applied["minimal"].output()["regions"]) == set(SIDES)
    found = protected(cloud_environment)
    assert (found["orders-primary"], found["orders-secondary"]) == (True, True)


@pytest.mark.parametrize("name", ["minimal", "complete"])
def test_an_applied_example_does_not_drift(applied, name):
    plan = applied[name].plan()
    assert not plan.changes, plan.summary()


def test_completes_inputs_reach_the_functions(applied, cloud_environment):
    client = Aws(cloud_environment).client("lambda", "us-east-1")
    function = client.get_function(FunctionName="payments-transactions-primary")
    configuration = function["Configuration"]
    assert (configuration["MemorySize"], configuration["Timeout"]) == (1024, 15)
    assert configuration["Environment"]["Variables"]["LOG_LEVEL"] == "WARNING"
    assert function["Concurrency"]["ReservedConcurrentExecutions"] == 20


def test_completes_rule_copies_large_transactions_in_both_regions(applied, cloud_environment):
    aws, outputs = Aws(cloud_environment), applied["complete"].output()
    deployment = Deployment.of({**outputs, "name": "payments", "witness_region": "us-west-2"})
    for side, region in SIDES.items():  # other tests write large amounts too
        aws.client("sqs", region).purge_queue(QueueUrl=outputs["audit_queue_urls"][side])
    for amount in (9999, 10000):
        event = {"operation": "write", "transaction_id": f"of-{amount}", "amount": amount}
        assert invoke(aws, deployment.primary, event).status == 200
    for side, region in SIDES.items():
        audited = messages(aws.client("sqs", region), outputs["audit_queue_urls"][side])
        assert [message["detail"]["transaction_id"] for message in audited] == ["of-10000"], side


@pytest.fixture
def on_call(cloud_environment):
    """A queue that is nobody's: in one process other tests share its cloud, and look for what was left."""
    sqs = Aws(cloud_environment).client("sqs", "us-east-1")
    url = sqs.create_queue(QueueName="on-call")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def test_an_alarm_that_callers_feel_reaches_the_topics_subscriber(applied, cloud_environment, on_call):
    aws, monitoring = Aws(cloud_environment), applied["complete"].output()["monitoring"]
    cloudwatch, sqs, url = aws.client("cloudwatch", "us-east-1"), aws.client("sqs", "us-east-1"), on_call
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = monitoring["primary"]["topic_arn"]
    from_topic = {"Principal": {"Service": "sns.amazonaws.com"}, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue, **from_topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    aws.client("sns", "us-east-1").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    # The embedded cloud looks neither at dimensions nor at the number of periods.
    cloudwatch.put_metric_data(Namespace="DsqlApplication", MetricData=[{"MetricName": "CircuitOpen", "Value": 1}])
    told = [json.loads(message["Message"]) for message in messages(sqs, url)]
    alarmed = {found["AlarmName"]: found["AlarmDescription"] for found in told if found["NewStateValue"] == "ALARM"}
    assert alarmed["payments-serving-primary"].endswith("Runbook: docs/operations.md#alarm-serving")
    assert "payments-circuit-primary" not in alarmed, "it should tell through the composite alarm alone"
    shown = cloudwatch.describe_alarms(StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    alarms = [*shown["MetricAlarms"], *shown["CompositeAlarms"]]
    arns = monitoring["primary"]["alarm_arns"]
    assert {arns["circuit"], arns["serving"]} <= {alarm["AlarmArn"] for alarm in alarms}


def test_the_dashboard_is_drawn_from_what_the_cloud_measured(applied, cloud_environment):
    name = applied["complete"].output()["monitoring"]["dashboard_name"]
    end = dt.datetime.now(dt.UTC)
    span = Span(end - dt.timedelta(minutes=15), end)
    drawn = ElementTree.fromstring(picture(Aws(cloud_environment), name, "us-east-1", span, "a test"))
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for region in SIDES.values():
        assert f"Functions: duration (ms), {region}" in texts
    # A write was made in the primary Region alone; the embedded cloud measures direct invocations.
    assert "transactions p99" in texts
    assert "no data" in texts


def test_completes_sensitive_fields_are_read_in_the_other_region(applied, cloud_environment):
    aws, outputs = Aws(cloud_environment), applied["complete"].output()
    deployment = Deployment.of({**outputs, "name": "payments", "witness_region": "us-west-2"})
    event = {"operation": "write", "transaction_id": "secret", "amount": 1, "sensitive": {"card": "4111"}}
    assert invoke(aws, deployment.primary, event).status == 200
    read = invoke(aws, deployment.secondary, {"operation": "read", "transaction_id": "secret"})
    assert (read.status, read.body["sensitive"]) == (200, {"card": "4111"})


def test_completes_api_answers_in_both_regions_who_signs_and_may(applied, cloud_environment, user):
    api = applied["complete"].output()["api"]
    caller = Aws({**cloud_environment, **user("caller", api["invoke_policy"])})
    stranger = Aws({**cloud_environment, **user("stranger", api["invoke_policy"].replace("execute-api:", "dsql:"))})
    body = {"transaction_id": "by-http", "amount": "12.50"}
    for side, region in SIDES.items():
        url = f"{api['urls'][side]}/transactions"
        assert request(caller, "POST", url, body).status == 403, "not signed"
        assert request(stranger, "POST", url, body, sign_for=region).status == 403, "may not"
        written = request(caller, "POST", url, body, sign_for=region)
        # The primary stores it, and the secondary knows it.
        assert (written.status, written.body["region"]) == (201, "us-east-1")
        assert request(caller, "GET", f"{url}/by-http", sign_for=region).body == written.body


def test_completes_name_is_answered_by_the_other_region_when_one_fails(applied, cloud_environment, user):
    api = applied["complete"].output()["api"]
    name = api["domain"]["name"]
    caller = Aws({**cloud_environment, **user("named-caller", api["invoke_policy"])})
    named = NamedApi(caller, api["url"], tuple(SIDES.values()))
    client = Aws(cloud_environment).client("lambda", "us-east-1")
    function = {"FunctionName": "payments-transactions-primary"}

    def answers(region):
        assert await_answer(cloud_environment, name, region) == region
        written = named.request("POST", "/transactions", {"amount": "1.00"})
        assert (written.status, written.body["region"]) == (201, region)

    answers("us-east-1")
    client.put_function_concurrency(**function, ReservedConcurrentExecutions=0)
    try:
        answers("us-east-2")
    finally:
        client.put_function_concurrency(**function, ReservedConcurrentExecutions=20)
    answers("us-east-1")


def test_draining_a_region_of_complete_touches_its_health_check_and_what_watches_it(applied, surroundings):
    drained = json.dumps({**json.loads(surroundings["domain"]), "drained": "secondary"})
    document = applied["complete"].plan(variables={"domain": drained}).document
    changed = {
        found["address"].removeprefix("module.application."): found["change"]["actions"]
        for found in document["resource_changes"]
        if found["mode"] == "managed" and found["change"]["actions"] != ["no-op"]
    }
    alarm = 'aws_cloudwatch_metric_alarm.primary["health-checks"]'
    assert changed == {alarm: ["update"], "aws_route53_health_check.secondary[0]": ["update"]}


def test_destroying_a_protected_pair_in_two_steps_leaves_nothing(applied, cloud_environment):
    with ThreadPoolExecutor() as pool:
        list(pool.map(remove, applied.values()))
    assert [terraform.addresses() for terraform in applied.values()] == [[], []]
    assert not {f"{name}-{side}" for name in ("orders", "payments") for side in SIDES} & set(
        protected(cloud_environment)
    )
