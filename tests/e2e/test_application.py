"""The application, deployed once on the embedded cloud by the real Terraform and provider; tests run in this order."""

import datetime as dt
import json
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from botocore.exceptions import ClientError

from localcloud.state import State
from ops.application import await_hop, invoke
from ops.checks import OF_NAME
from ops.deployment import Deployment

from .examples import await_answer

pytestmark = pytest.mark.e2e
SIDES = ("primary", "secondary")


def side(deployed, role):
    return getattr(deployed.deployment, role)


def aws(deployed, *arguments):
    """The real AWS CLI, as a reader of the recipe uses it."""
    done = subprocess.run(["aws", *arguments], env=deployed.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def write(deployed, role, **fields):
    return invoke(deployed.aws, side(deployed, role), {"operation": "write", **fields})


def read(deployed, role, **fields):
    return invoke(deployed.aws, side(deployed, role), {"operation": "read", **fields})


# --- what the outputs promise


def test_the_outputs_keep_the_contract(deployed):
    outputs = deployed.stack.terraform.output()
    assert set(outputs) == {
        *("api", "backup", "connect_policies", "deployer_policies", "deployer_policy", "fault_injection"),
        *("key_policies", "monitoring", "name", "notification_topic_arns", "regions", "vpc_endpoint_service_names"),
        "witness_region",
    }
    off = ("backup", "fault_injection", "monitoring", "notification_topic_arns")
    assert [outputs[name] for name in off] == [{}] * len(off), "`cdktf deploy` fails where an output has no value"
    assert set(outputs["regions"]) == {"primary", "secondary"}
    primary = outputs["regions"]["primary"]
    assert set(primary) == {
        *("cluster_arn", "cluster_identifier", "endpoint", "event_bus_arn", "event_bus_name", "forward_rule_name"),
        *("function_name", "function_names", "queue_urls", "receive_rule_name", "region"),
    }
    assert primary["endpoint"] == f"{primary['cluster_identifier']}.dsql.us-east-1.on.aws"
    for role in SIDES:
        assert outputs["regions"][role]["function_name"] == f"transactions-transactions-{role}"
        assert all(name.endswith(f"-{role}") for name in outputs["regions"][role]["function_names"].values())


def test_a_second_plan_has_nothing_to_do(deployed):
    assert deployed.changes() == []


def test_the_embedded_cloud_stays_within_its_memory(deployed):
    # By the cloud's own list: this session has other children, such as the Node of the synthesis.
    started = State.read(deployed.cloud.directory / "state.json").processes.values()
    parents = [psutil.Process(entry.pid) for entry in started if entry.alive]
    tree = {process for parent in parents for process in (parent, *parent.children(recursive=True))}
    assert len(tree) >= 2, f"the emulator and PostgreSQL, found {tree}"
    used = sum(process.memory_full_info().pss for process in tree) / 2**20
    assert used <= 600, f"{used:.0f} MB in {len(tree)} processes; at most 600 MB are promised"


# --- the recipe's Validation & Testing, its four groups, with names from the outputs


def test_group_1_both_clusters_are_active(deployed):
    for found in deployed.deployment.sides:
        arguments = ["--region", found.region, "--identifier", found.cluster_identifier]
        cluster = aws(deployed, "dsql", "get-cluster", *arguments)
        assert cluster["status"] == "ACTIVE"
        assert cluster["multiRegionProperties"]["witnessRegion"] == "us-west-2"
        assert set(cluster["multiRegionProperties"]["clusters"]) == {
            other.cluster_arn for other in deployed.deployment.sides
        }


def test_group_2_the_function_answers_a_read(deployed, tmp_path):
    answer = tmp_path / "response.json"
    found = deployed.deployment.primary
    name = found.functions["transactions"]
    payload = '{"operation":"read"}'
    aws(
        deployed,
        *("lambda", "invoke", "--region", found.region, "--function-name", name, "--payload", payload, str(answer)),
    )
    answered = json.loads(answer.read_text())
    assert answered["statusCode"] == 200
    assert json.loads(answered["body"]) == {"cluster_status": "ACTIVE", "region": "us-east-1", "multi_region": True}


def test_group_3_rules_and_targets_carry_events_across(deployed):
    for found in deployed.deployment.sides:
        place = ["--region", found.region, "--event-bus-name", found.bus]
        rules = {rule["Name"]: rule["State"] for rule in aws(deployed, "events", "list-rules", *place)["Rules"]}
        assert rules == {found.forward_rule: "ENABLED", found.receive_rule: "ENABLED"}
        targets = aws(deployed, "events", "list-targets-by-rule", *place, "--rule", found.forward_rule)["Targets"]
        assert [target["Arn"] for target in targets] == [deployed.deployment.other(found).bus_arn]


def test_group_4_a_write_in_one_region_is_read_in_the_other_at_once(deployed):
    answer = write(deployed, "primary", transaction_id="test-001", amount=100.50)
    assert answer.status == 200
    assert {key: answer.body[key] for key in ("message", "transaction_id", "region")} == {
        "message": "Transaction created successfully",
        "transaction_id": "test-001",
        "region": "us-east-1",
    }
    stored = read(deployed, "secondary", transaction_id="test-001")
    assert (stored.status, stored.body["amount"], stored.body["region"]) == (200, "100.50", "us-east-1")


# --- events


def received(deployed, role, event_ids, *, seconds=30.0):
    """Lines of a Region's consumer about these events, once each of them was seen or the time is over."""
    group = f"/aws/lambda/{side(deployed, role).functions['consumer']}"
    logs = deployed.aws.client("logs", side(deployed, role).region)
    deadline = time.monotonic() + seconds
    while True:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = [event["message"] for page in pages for event in page["events"]]
        found = [line for line in lines if any(event_id in line for event_id in event_ids) and '"received"' in line]
        if len(found) >= len(event_ids) or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def test_events_of_both_regions_arrive_once_and_none_goes_round(deployed):
    written = {role: [write(deployed, role, amount="1.00").body["event_id"] for _ in range(5)] for role in SIDES}
    arrived = {
        "secondary": received(deployed, "secondary", written["primary"]),
        "primary": received(deployed, "primary", written["secondary"]),
    }
    assert {role: len(lines) for role, lines in arrived.items()} == {"primary": 5, "secondary": 5}
    time.sleep(2)  # an event that goes round would come back within the emulator's retry delay
    assert received(deployed, "primary", written["primary"], seconds=0) == []
    assert len(received(deployed, "secondary", written["primary"], seconds=0)) == 5


def test_the_same_write_from_both_regions_at_once_gives_one_row_and_one_event(deployed):
    identifier = f"both-{uuid.uuid4()}"
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda role: write(deployed, role, transaction_id=identifier, amount="7.25"), SIDES * 4)
        )
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["event_id"] for answer in answers}) == 1
    assert len({answer.body["region"] for answer in answers}) == 1


def test_an_event_is_on_the_bus_within_a_second_of_its_commit(deployed):
    """Not by the schedule, which comes each minute: the write wakes the relay."""
    write(deployed, "primary", amount="1.00")  # a new execution environment of the relay takes longer
    seconds = []
    for _ in range(5):
        began = time.time()  # before the COMMIT
        event = write(deployed, "primary", amount="1.00").body["event_id"]
        primary = deployed.deployment.primary
        line = await_hop(deployed.aws, primary, "relay", event, hop="published", since=began - 5, seconds=10)
        seconds.append(dt.datetime.fromisoformat(line["timestamp"]).timestamp() - began)
    assert min(seconds) < 1, seconds  # other work on this machine delays some of them
    assert max(seconds) < 10, seconds


# --- bad input at the function


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"operation": "write"}, "amount"),
        ({"operation": "write", "amount": -1}, "amount"),
        ({"operation": "write", "amount": "a lot"}, "amount"),
        ({"operation": "write", "amount": 1e300}, "amount"),
        ({"operation": "write", "amount": True}, "amount"),
        ({"operation": "erase"}, "operation"),
        ({"operation": "write", "amount": 1, "amuont": 2}, "amuont"),
        ({"operation": "write", "amount": 1, "transaction_id": ""}, "transaction_id"),
        (["write"], "event"),
    ],
)
def test_a_bad_field_is_a_400_that_names_it(deployed, event, field):
    answer = invoke(deployed.aws, deployed.deployment.primary, event)
    assert (answer.status, answer.body.get("field")) == (400, field)
    assert field in answer.body["error"]


def test_a_payload_of_10_mb_is_refused_before_the_function(deployed):
    with pytest.raises(ClientError) as refused:
        write(deployed, "primary", amount=1, transaction_id="x" * 10_000_000)
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_invalid_json_is_refused_before_the_function(deployed):
    found = deployed.deployment.primary
    client = deployed.aws.client("lambda", found.region)
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName=found.functions["transactions"], Payload=b'{"operation":')
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


# --- change and return


TOGGLES = {
    "deletion_protection": ("false", {"aws_dsql_cluster"}),
    "log_retention_days": ("7", {"aws_cloudwatch_log_group"}),
}
TAGS = {"tags": json.dumps({"team": "payments"})}


@pytest.mark.parametrize("variable", TOGGLES)
def test_a_toggle_plans_its_own_resources_alone(deployed, variable):
    value, touches = TOGGLES[variable]
    changes = deployed.changes(**{variable: value})
    assert {address.removeprefix("module.application.").split(".")[0] for address in changes} == touches


def test_toggles_and_tags_there_and_back_leave_nothing_to_do(deployed):
    """All of them in one apply each way: what each one touches is seen above, and an apply takes long."""
    variables = {variable: value for variable, (value, _) in TOGGLES.items()} | TAGS
    deployed.apply(**variables)
    assert deployed.changes(**variables) == []
    clusters = deployed.aws.client("dsql", "us-east-1")
    assert clusters.list_tags_for_resource(resourceArn=deployed.deployment.primary.cluster_arn)["tags"] == {
        "Name": "transactions-primary",
        "team": "payments",
    }
    deployed.apply()
    assert deployed.changes() == []


def test_a_live_names_routing_changes_and_a_region_is_drained_without_drift(deployed):
    given = json.loads(deployed.environment["TF_VAR_api"])["domain"]
    for change, answered in (
        ({"routing": "latency"}, "us-east-1"),
        ({"routing": "weighted", "drained": "primary"}, "us-east-2"),
        ({}, "us-east-1"),
    ):
        variables = {"api": json.dumps({"domain": {**given, **change}})}
        deployed.apply(**variables)
        assert deployed.changes(**variables) == []
        assert await_answer(deployed.environment, given["name"], answered) == answered
        stack = Deployment.of(deployed.stack.terraform.output())
        looks = [(name, look(deployed.aws, stack, found)) for name, look, _ in OF_NAME for found in stack.sides]
        assert len(looks) == 6, "each look raises if it sees anything else"


# --- and away


def test_destroy_leaves_nothing(deployed):
    group = "/aws/lambda/transactions-relay-primary"

    def last_lines(progress):
        """A function that still runs writes to the log group that has just been deleted."""
        if progress.address.endswith('aws_cloudwatch_log_group.primary["relay"]') and progress.state == "complete":
            deployed.aws.client("logs", "us-east-1").create_log_group(logGroupName=group)

    deployed.stack.destroy(last_lines)
    assert deployed.stack.terraform.addresses() == []
    for found in deployed.deployment.sides:
        region = found.region
        # Tests of the same process may have a pair of their own by now.
        left = [cluster["arn"] for cluster in deployed.aws.client("dsql", region).list_clusters()["clusters"]]
        assert found.cluster_arn not in left
        assert deployed.aws.client("lambda", region).list_functions()["Functions"] == []
        assert [bus["Name"] for bus in deployed.aws.client("events", region).list_event_buses()["EventBuses"]] == [
            "default"
        ]
        assert deployed.aws.client("logs", region).describe_log_groups()["logGroups"] == []
        assert deployed.aws.client("scheduler", region).list_schedules()["Schedules"] == []
        assert deployed.aws.client("sqs", region).list_queues().get("QueueUrls", []) == []
    roles = deployed.aws.client("iam", "us-east-1").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if role["RoleName"].startswith("transactions-")] == []
