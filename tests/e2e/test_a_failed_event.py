"""Events that were given up: handed to their function again by `make redrive`, or taken over by the other relay."""

import json
import time
import uuid

import pytest

from .database import rows
from .test_access import tool, written_outputs

pytestmark = pytest.mark.e2e
RECEIVED = "select count(*) from transactions.inbox where event_id = %s"


@pytest.fixture(scope="module")
def outputs(deployed, tmp_path_factory):
    return written_outputs(deployed, tmp_path_factory.mktemp("outputs"))


@pytest.fixture
def queues(deployed):
    """The primary's queues, empty before and after."""
    side = deployed.deployment.primary
    sqs = deployed.aws.client("sqs", side.region)
    for url in side.queues.values():
        sqs.purge_queue(QueueUrl=url)
    yield side.queues
    for url in side.queues.values():
        sqs.purge_queue(QueueUrl=url)


def event(region):
    """An event as it came from another Region's bus, of a transaction that nobody wrote."""
    detail = {"event_id": str(uuid.uuid4()), "transaction_id": f"given-up-{uuid.uuid4()}", "amount": 1}
    detail |= {"amount_digits": 1, "type": "payment", "region": region, "timestamp": "2026-01-01T00:00:00+00:00"}
    whole = {"version": "0", "id": str(uuid.uuid4()), "source": "dsql.application", "account": "000000000000"}
    whole |= {"detail-type": "Transaction Created", "time": "2026-01-01T00:00:00Z", "resources": []}
    return {**whole, "region": region, "detail": detail}


def eventually(check, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(0.1)


def waiting(deployed, url):
    side = deployed.deployment.primary
    found = deployed.aws.client("sqs", side.region).get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def test_an_event_that_failed_for_good_is_handed_over_again_and_received(deployed, queues, outputs):
    side, other = deployed.deployment.sides
    record = {"requestContext": {"functionArn": side.arn("lambda", f"function:{side.functions['consumer']}:$LATEST")}}
    failed, given_up = event(other.region), event(side.region)
    sqs = deployed.aws.client("sqs", side.region)
    sqs.send_message(QueueUrl=queues["failed"], MessageBody=json.dumps({**record, "requestPayload": failed}))
    target = {"TARGET_ARN": {"DataType": "String", "StringValue": other.bus_arn}}
    sqs.send_message(QueueUrl=queues["undelivered"], MessageBody=json.dumps(given_up), MessageAttributes=target)
    done = tool(deployed, outputs, "redrive")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        f"{side.region}: 2 handed over again, 0 dropped, which needed nothing, 0 kept",
        f"{other.region}: 0 handed over again, 0 dropped, which needed nothing, 0 kept",
    ]
    for one in (failed, given_up):
        identifier = one["detail"]["event_id"]
        eventually(lambda identifier=identifier: rows(deployed.environment, side, RECEIVED, identifier) == [(1,)])
    assert [waiting(deployed, url) for url in queues.values()] == [0, 0]


TAKEN_OVER = (
    "insert into transactions.outbox (event_id, owner_region, shard, transaction_id, detail_type, detail, created_at) "
    "values (%s, %s, 0, %s, 'Transaction Created', %s, now() - interval '10 minutes') returning event_id"
)


def test_what_a_region_that_is_gone_had_stored_reaches_the_other_ones_consumer(deployed):
    """Its own relay cannot put it on its bus; the other one puts it on its own, whose consumer is to know of it."""
    gone, here = deployed.deployment.sides
    detail = event(gone.region)["detail"]
    values = (detail["event_id"], gone.region, detail["transaction_id"], json.dumps(detail))
    rows(deployed.environment, here, TAKEN_OVER, *values)
    payload = json.dumps({"take_over": gone.region}).encode()
    functions = deployed.aws.client("lambda", here.region)
    answer = functions.invoke(FunctionName=here.functions["relay"], Payload=payload)
    assert json.loads(answer["Payload"].read())["published"] == 1
    where = "select region from transactions.inbox where event_id = %s"
    eventually(lambda: rows(deployed.environment, here, where, detail["event_id"]) != [])
    assert rows(deployed.environment, here, where, detail["event_id"]) == [(here.region,)]


def test_an_event_that_fails_again_at_once_does_not_go_round(deployed, queues, outputs):
    side = deployed.deployment.primary
    record = {"requestContext": {"functionArn": side.arn("lambda", f"function:{side.functions['consumer']}:$LATEST")}}
    sqs, body = deployed.aws.client("sqs", side.region), json.dumps({**record, "requestPayload": {"no": "event"}})
    for _ in range(2):  # as if it had come back
        sqs.send_message(QueueUrl=queues["failed"], MessageBody=body)
    done = tool(deployed, outputs, "redrive")
    assert done.returncode == 1
    first, reason = done.stdout.splitlines()[:2]
    assert first == f"{side.region}: 1 handed over again, 0 dropped, which needed nothing, 1 kept"
    assert reason.endswith("was given it a moment ago: if it failed again, mend the cause first")


def test_what_fails_again_comes_back_and_nothing_is_lost(deployed, queues, outputs):
    side = deployed.deployment.primary
    name = side.functions["consumer"]
    poison = json.dumps({"source": "dsql.application", "detail": {}}).encode()
    deployed.aws.client("lambda", side.region).invoke(FunctionName=name, InvocationType="Event", Payload=poison)
    eventually(lambda: waiting(deployed, queues["failed"]) == 1)
    assert "1 handed over again" in tool(deployed, outputs, "redrive").stdout
    eventually(lambda: waiting(deployed, queues["failed"]) == 1)


def test_the_relays_failures_need_nothing_and_what_is_not_known_is_kept(deployed, queues, outputs):
    side = deployed.deployment.primary
    sqs = deployed.aws.client("sqs", side.region)
    relay = {"functionArn": side.arn("lambda", f"function:{side.functions['relay']}")}
    sqs.send_message(QueueUrl=queues["failed"], MessageBody=json.dumps({"requestContext": relay, "requestPayload": {}}))
    sqs.send_message(QueueUrl=queues["undelivered"], MessageBody="not of AWS")
    done = tool(deployed, outputs, "redrive")
    assert done.returncode == 1
    first, reason = done.stdout.splitlines()[:2]
    assert first == f"{side.region}: 0 handed over again, 1 dropped, which needed nothing, 1 kept"
    assert reason.endswith("its body is no JSON object, so no service of AWS put it there")
