"""The checks against a fake account whose every answer can be made ill."""

import copy
import io
import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from ops import checks
from ops.checks import Check, canary_checks, reading_checks
from ops.deployment import Deployment
from ops.verify import run, verify

REGIONS = {"primary": "us-east-1", "secondary": "us-east-2"}
OTHER = {"us-east-1": "us-east-2", "us-east-2": "us-east-1"}
FUNCTIONS = ("transactions", "relay", "consumer", "migrate")


def arn(service: str, region: str, rest: str) -> str:
    return f"arn:aws:{service}:{region}:000000000000:{rest}"


def side(role: str) -> dict:
    region = REGIONS[role]
    return {
        "region": region,
        "cluster_identifier": region,
        "cluster_arn": arn("dsql", region, f"cluster/{region}"),
        "endpoint": "host",
        "function_names": {name: f"small-{name}-{role}" for name in FUNCTIONS},
        "event_bus_name": "small",
        "event_bus_arn": arn("events", region, "event-bus/small"),
        "forward_rule_name": f"forward-{role}",
        "receive_rule_name": f"receive-{role}",
        "queue_urls": {"failed": f"https://failed/{region}", "undelivered": f"https://undelivered/{region}"},
    }


STACK = Deployment.of(
    {"name": "small", "witness_region": "us-west-2", "regions": {role: side(role) for role in REGIONS}}
)


class FakeAccount:
    """A healthy stack. Tests change `clusters`, `rules`, `queues`, `answers` or `loses_events`."""

    def __init__(self):
        self.clusters = {
            region: {
                "status": "ACTIVE",
                "multiRegionProperties": {
                    "witnessRegion": "us-west-2",
                    "clusters": [arn("dsql", region, f"cluster/{region}"), arn("dsql", other, f"cluster/{other}")],
                },
            }
            for region, other in OTHER.items()
        }
        self.rules = {}
        for role, region in REGIONS.items():
            bus = arn("events", OTHER[region], "event-bus/small")
            consumer = arn("lambda", region, f"function:small-consumer-{role}")
            self.rules[f"forward-{role}"] = {"State": "ENABLED", "Targets": [bus]}
            self.rules[f"receive-{role}"] = {"State": "ENABLED", "Targets": [consumer]}
        self.queues: dict[str, int] = {}
        self.answers: dict[str, object] = {}
        self.loses_events = False
        self.rows: dict[str, dict] = {}

    def client(self, service: str, region: str) -> SimpleNamespace:
        return getattr(self, f"_{service}")(region)

    def _dsql(self, region):
        return SimpleNamespace(get_cluster=lambda identifier: copy.deepcopy(self.clusters[region]))

    def _events(self, region):
        def rule(**request):
            name = request.get("Name") or request.get("Rule")
            if name not in self.rules:
                raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": name}}, "DescribeRule")
            return {
                "State": self.rules[name]["State"],
                "Targets": [{"Arn": target} for target in self.rules[name]["Targets"]],
            }

        return SimpleNamespace(describe_rule=rule, list_targets_by_rule=rule)

    def _sqs(self, region):
        def attributes(QueueUrl, AttributeNames):  # noqa: N803 - boto3's own names
            return {"Attributes": {"ApproximateNumberOfMessages": str(self.queues.get(QueueUrl, 0))}}

        return SimpleNamespace(get_queue_attributes=attributes)

    def _lambda(self, region):
        def invoke(FunctionName, Payload):  # noqa: N803
            answer = self.answers.get(region) or self._work(region, json.loads(Payload))
            failed = {"FunctionError": "Unhandled"} if "errorMessage" in answer else {}
            return {"Payload": io.BytesIO(json.dumps(answer).encode()), **failed}

        return SimpleNamespace(invoke=invoke)

    def _work(self, region, request):
        if request["operation"] == "write":
            self.rows[request["transaction_id"]] = {"transaction_id": request["transaction_id"], "region": region}
            body = {"event_id": "e-1", "region": region}
        elif "transaction_id" in request:
            body = self.rows[request["transaction_id"]]
        else:
            body = {"cluster_status": "ACTIVE", "region": region, "multi_region": True}
        return {"statusCode": 200, "body": json.dumps(body)}

    def _log(self):
        if self.loses_events:
            return ["no JSON, e-1", '{"hop": "refused", "event_id": "e-1"}']
        return ["START e-1", '{"hop": "received", "event_id": "e-1"}\n']

    def _logs(self, region):
        def paginate(logGroupName, startTime, filterPattern):  # noqa: N803
            assert filterPattern == '"e-1"'
            return [{"events": [{"message": line} for line in self._log()]}]

        return SimpleNamespace(get_paginator=lambda _: SimpleNamespace(paginate=paginate))


@pytest.fixture
def account():
    return FakeAccount()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(checks, "EVENT_SECONDS", 0.1)


def everything(account) -> list[Check]:
    return [*reading_checks(account, STACK), *canary_checks(account, STACK)]


def failures(account):
    return {result.name: result for result in verify(everything(account)) if not result.passed}


def test_a_healthy_stack_passes_every_check(account):
    results = verify(everything(account))
    assert [result for result in results if not result.passed] == []
    assert len(results) == 10


def test_reading_checks_write_nothing(account):
    verify(reading_checks(account, STACK))
    assert account.rows == {}


def test_a_cluster_that_is_not_active_is_told_with_the_cure(account):
    account.clusters["us-east-2"]["status"] = "PENDING_SETUP"
    (failed,) = failures(account).values()
    assert failed.name == "us-east-2: cluster is ACTIVE and linked"
    assert (failed.seen, failed.expected) == ("PENDING_SETUP", "ACTIVE")
    assert "make deploy" in failed.cause


def test_a_pair_that_is_linked_one_way_only_is_seen(account):
    account.clusters["us-east-1"]["multiRegionProperties"]["clusters"].pop()
    (failed,) = failures(account).values()
    assert (failed.name, failed.seen) == ("us-east-1: cluster is ACTIVE and linked", "peers []")


def test_another_witness_is_seen(account):
    account.clusters["us-east-1"]["multiRegionProperties"]["witnessRegion"] = "us-west-1"
    (failed,) = failures(account).values()
    assert (failed.seen, failed.expected) == ("witness us-west-1", "us-west-2")


def test_a_rule_that_was_switched_off_is_seen(account):
    account.rules["forward-secondary"]["State"] = "DISABLED"
    (failed,) = failures(account).values()
    assert (failed.seen, failed.expected) == ("forward-secondary is DISABLED", "ENABLED")


def test_a_rule_with_a_wrong_target_is_seen(account):
    account.rules["receive-primary"]["Targets"] = [arn("lambda", "us-east-1", "function:small-relay-primary")]
    (failed,) = failures(account).values()
    assert failed.expected == "function small-consumer-primary"


def test_a_rule_that_is_gone_fails_its_check_and_not_the_run(account):
    del account.rules["forward-primary"]
    (failed,) = failures(account).values()
    assert "ResourceNotFoundException" in failed.seen
    assert len(verify(everything(account))) == 10


def test_a_dead_letter_is_told_with_its_queue(account):
    account.queues["https://undelivered/us-east-1"] = 2
    (failed,) = failures(account).values()
    assert failed.seen == "2 message(s) in undelivered"
    assert "https://undelivered/us-east-1" in failed.cause


def test_a_function_that_fails_is_shown_with_its_error_and_log(account):
    account.answers["us-east-2"] = {"errorMessage": "no connection", "errorType": "OperationalError"}
    failed = failures(account)
    assert failed["us-east-2: function answers a read"].seen.startswith("function error")
    assert "no connection" in failed["us-east-2: function answers a read"].seen
    assert "/aws/lambda/small-transactions-secondary" in failed["us-east-2: function answers a read"].cause
    assert "us-east-1 to us-east-2: write is read at once, event arrives" in failed


def test_an_event_that_does_not_arrive_names_where_to_look(account):
    account.loses_events = True
    failed = failures(account)
    assert len(failed) == 2
    told = failed["us-east-1 to us-east-2: write is read at once, event arrives"]
    assert told.seen == "no receipt of event e-1"
    assert "/aws/lambda/small-relay-primary" in told.cause
    assert "/aws/lambda/small-consumer-secondary" in told.cause


def test_a_result_reads_as_one_line_or_as_seen_expected_cause(account):
    assert run(Check("all is well", lambda: "this")).lines() == ["ok    all is well (0.0 s): this"]
    account.queues["https://failed/us-east-1"] = 1
    (failed,) = failures(account).values()
    head, *told = failed.lines()
    assert head.startswith("FAIL  us-east-1: queues of failures are empty")
    assert [line.split()[0] for line in told] == ["seen:", "expected:", "cause:"]
