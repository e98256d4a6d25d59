"""Events by content, on the example `complete`: who handles what, once, and by patterns that another matcher reads.

The patterns are held against events by TestEventPattern of MiniStack: its own implementation of EventBridge's matching,
none of ours.
"""

import datetime as dt
import json
import time
import uuid
from decimal import Decimal

import pytest
from jsonschema import Draft4Validator
from transactions.events import TransactionCreated

from delivery.terraform import resources
from ops.application import invoke
from ops.aws import Aws
from ops.checks import reading_checks
from ops.deployment import Deployment
from ops.verify import verify

from .database import rows
from .examples import REPOSITORY, SIDES, messages

pytestmark = pytest.mark.e2e
# Amount, type, what is said of the account, and who must handle it.
WRITTEN = {
    "small": ("9999.99", "payment", {}, set()),
    "large": ("10000", "payment", {}, {"review"}),
    "huge": ("9999999999999.99", "payment", {}, {"review"}),  # beyond what a numeric condition can compare
    "company": ("20000.50", "deposit", {"account_class": "business"}, {"review", "audit"}),
    "person": ("50", "deposit", {"account_class": "personal"}, set()),
    "taken": ("1", "withdrawal", {}, {"notify", "audit"}),
}
TABLES = {"audit": "audit_lines", "notify": "notifications", "review": "reviews"}


@pytest.fixture(scope="module")
def aws(cloud_environment):
    return Aws(cloud_environment)


@pytest.fixture(scope="module")
def deployment(applied):
    return Deployment.of({**applied["complete"].output(), "name": "payments", "witness_region": "us-west-2"})


@pytest.fixture(scope="module")
def look(cloud_environment, deployment):
    return lambda query, *values: rows(cloud_environment, deployment.primary, query, *values)


@pytest.fixture(scope="module")
def subscribers(applied, aws):
    """A queue in each Region that is subscribed to the topic of the Region."""
    urls = {}
    for side, region in SIDES.items():
        sqs, topic = aws.client("sqs", region), applied["complete"].output()["notification_topic_arns"][side]
        urls[side] = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=urls[side], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]}
        sqs.set_queue_attributes(QueueUrl=urls[side], Attributes={"Policy": json.dumps(policy)})
        subscribe = {"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn}
        aws.client("sns", region).subscribe(**subscribe, Attributes={"RawMessageDelivery": "true"})
    yield urls
    for side, region in SIDES.items():
        aws.client("sqs", region).delete_queue(QueueUrl=urls[side])


def archived(aws):
    """How many events each Region's bus has carried."""
    return {
        side: aws.client("events", region).describe_archive(ArchiveName=f"payments-{side}")["EventCount"]
        for side, region in SIDES.items()
    }


@pytest.fixture(scope="module")
def handled(aws, deployment, look, subscribers):
    """Write each of WRITTEN in both Regions; who handled what: (function, what was written, origin, handled in)."""
    before, expected, written = archived(aws), set(), {}
    for side in SIDES:
        place = getattr(deployment, side)
        for name, (amount, kind, more, functions) in WRITTEN.items():
            event = {"operation": "write", "amount": amount, "type": kind, **more}
            if kind != "payment":
                account = "company" if name == "taken" else name
                event |= {"currency": "EUR", "account_id": f"{account}-{side}"}
            answer = invoke(aws, place, event)
            assert answer.status == 200, answer.body
            written[uuid.UUID(answer.body["event_id"])] = (name, place.region)
            expected |= {(function, name, place.region, place.region) for function in functions}
    deadline = time.monotonic() + 60
    while (found := sorted(effects(look, written))) != sorted(expected) and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(2)  # what goes round, or is handled twice, would be seen by now
    return {
        "expected": sorted(expected),
        "found": found,
        "written": written,
        "carried": {side: count - before[side] for side, count in archived(aws).items()},
    }


def test_events_on_the_bus_are_as_the_published_schema_says(handled, applied, aws):
    schema = json.loads((REPOSITORY / "docs" / "events" / "transaction-created.json").read_text())
    for side, region in SIDES.items():
        found = drained(aws.client("sqs", region), applied["complete"].output()["audit_queue_urls"][side])
        assert len(found) == 6, "three large transactions of each Region"
        assert [error.message for event in found for error in Draft4Validator(schema).iter_errors(event)] == []


def drained(sqs, url):
    """All messages of a queue, which is then empty."""
    bodies = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def effects(look, written):
    """Each row that a function left about what was written."""
    for function, table in TABLES.items():
        query = f"select event_id, region from transactions.{table} where event_id = any(%s)"
        for event_id, region in look(query, list(written)):
            yield (function, *written[event_id], region)


def test_each_function_handles_its_own_events_once_and_in_the_region_of_origin(handled):
    assert handled["found"] == handled["expected"]


def test_no_event_goes_round(handled):
    # Each Region's bus carries what was put in either Region, once.
    assert handled["carried"] == {side: 2 * len(WRITTEN) for side in SIDES}


def test_subscribers_are_told_of_each_withdrawal_once_and_of_no_account(handled, aws, subscribers):
    for side, region in SIDES.items():
        found = messages(aws.client("sqs", region), subscribers[side])
        assert [(told["type"], told["amount"], told["region"]) for told in found] == [("withdrawal", "1.00", region)]
        assert "company" not in json.dumps(found)


def test_a_review_says_why(handled, look):
    reasons = look(
        "select distinct reason from transactions.reviews where event_id = any(%s)", list(handled["written"])
    )
    assert reasons == [("amount of 10000 or more",)]


@pytest.mark.parametrize("side", SIDES)
def test_replaying_an_archive_to_the_content_rules_does_nothing_twice(handled, aws, look, side):
    region, bus = SIDES[side], f"arn:aws:events:{SIDES[side]}:000000000000:event-bus/payments"
    events = aws.client("events", region)
    before, now = sorted(effects(look, handled["written"])), dt.datetime.now(dt.UTC)
    archive = events.describe_archive(ArchiveName=f"payments-{side}")["ArchiveArn"]
    rules = [events.describe_rule(Name=f"payments-{name}-in-{side}", EventBusName="payments")["Arn"] for name in TABLES]
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=now - dt.timedelta(hours=1),
        EventEndTime=now,
        Destination={"Arn": bus, "FilterArns": rules},
    )
    deadline = time.monotonic() + 30
    while events.describe_replay(ReplayName="again")["State"] != "COMPLETED" and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(2)
    assert sorted(effects(look, handled["written"])) == before


# --- the patterns, read by another matcher


def event(amount="1", *, region="us-east-1", kind="payment", classes=(), **envelope):
    moment = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    created = TransactionCreated(
        uuid.UUID(int=1), "t", Decimal(amount), region, moment, type=kind, account_classes=tuple(classes)
    )
    return {
        "version": "0",
        "id": "1",
        "detail-type": "Transaction Created",
        "source": "dsql.application",
        "account": "000000000000",
        "time": "2026-10-01T00:00:00Z",
        "region": region,
        "resources": [],
        "detail": json.loads(created.detail()),
    } | envelope


LARGE, COMPANY, TAKEN = event("10000"), event(classes=["business", "personal"]), event(kind="withdrawal")
ELSEWHERE = {"region": "us-east-2"}
STRANGE = {"source": "somebody.else"}
# Rule in the primary Region, events that match, events that must not.
PATTERNS = {
    "payments-review-in-primary": (
        [LARGE, event("10000.01"), event("4999999999.99"), event("9999999999999.99")],
        [event("9999.99"), event("0.01"), LARGE | ELSEWHERE, LARGE | STRANGE, LARGE | {"detail-type": "Else"}],
    ),
    "payments-notify-in-primary": (
        [TAKEN, event(kind="transfer")],
        [event(), event(kind="deposit"), TAKEN | ELSEWHERE, TAKEN | STRANGE],
    ),
    "payments-audit-in-primary": (
        [COMPANY, event(classes=["business"])],
        [event(), event(classes=["personal"]), event(classes=["institution"]), COMPANY | ELSEWHERE, COMPANY | STRANGE],
    ),
    "payments-audit-primary": ([LARGE, LARGE | ELSEWHERE], [event("9999.99"), LARGE | STRANGE]),  # the caller's
    "payments-forward-to-secondary": ([event()], [event(region="us-east-2"), event() | STRANGE]),
    "payments-receive-from-secondary": ([event(region="us-east-2")], [event(), event(**ELSEWHERE, source="else")]),
}


def seen_from(side, given):
    """An event, a rule's name or a list of them as the other Region has it, for the secondary one."""
    if side == "primary":
        return given
    if isinstance(given, list):
        return [seen_from(side, one) for one in given]
    text = given if isinstance(given, str) else json.dumps(given)
    for one, other in (("primary", "secondary"), ("us-east-1", "us-east-2")):
        text = text.replace(one, "\0").replace(other, one).replace("\0", other)
    return text if isinstance(given, str) else json.loads(text)


def matched(events, pattern, given):
    """Those of some events that MiniStack's matcher lets through."""
    return [one for one in given if events.test_event_pattern(EventPattern=pattern, Event=json.dumps(one))["Result"]]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("rule", PATTERNS)
def test_a_rule_matches_its_events_and_no_others(applied, aws, rule, side):
    events = aws.client("events", SIDES[side])
    pattern = events.describe_rule(Name=seen_from(side, rule), EventBusName="payments")["EventPattern"]
    wanted, unwanted = (seen_from(side, given) for given in PATTERNS[rule])
    assert matched(events, pattern, [*wanted, *unwanted]) == wanted


@pytest.mark.parametrize("side", SIDES)
def test_every_rule_of_the_bus_is_held_against_events(applied, aws, side):
    listed = aws.client("events", SIDES[side]).list_rules(EventBusName="payments")["Rules"]
    assert {rule["Name"] for rule in listed} == {seen_from(side, rule) for rule in PATTERNS}


def test_a_preferred_region_takes_the_events_of_both_and_the_others_rules_are_off(applied, aws):
    terraform, override = applied["complete"], applied["complete"].directory / "preferred_override.tf"
    override.write_text('module "application" {\n  event_routing = { handled_in = "secondary" }\n}\n')
    try:
        planned = resources(terraform.plan().document["planned_values"]["root_module"])
    finally:
        override.unlink()
    rules = {
        found["values"]["name"]: found["values"]
        for found in planned
        if found["type"] == "aws_cloudwatch_event_rule" and found["name"].startswith("content_")
    }
    assert {name: rule["state"] for name, rule in rules.items()} == {
        f"payments-{name}-in-{side}": "ENABLED" if side == "secondary" else "DISABLED"
        for name in TABLES
        for side in SIDES
    }
    events = aws.client("events", SIDES["secondary"])
    wanted = [LARGE, LARGE | ELSEWHERE]
    pattern = rules["payments-review-in-secondary"]["event_pattern"]
    assert (
        matched(events, pattern, [*wanted, event("9999.99"), LARGE | STRANGE, LARGE | {"region": "us-west-2"}])
        == wanted
    )


def test_amounts_beyond_numeric_conditions_are_found_by_their_digits_alone(applied, aws):
    events = aws.client("events", SIDES["primary"])
    rule = events.describe_rule(Name="payments-review-in-primary", EventBusName="payments")
    pattern = json.loads(rule["EventPattern"])
    # What EventBridge does with a number above 5e9: the condition on it does not hold.
    (pattern["detail"],) = [part for part in pattern["detail"]["$or"] if "amount" not in part]
    for amount, found in (("999999999.99", False), ("1000000000", True), ("9999999999999.99", True)):
        given = {"EventPattern": json.dumps(pattern), "Event": json.dumps(event(amount))}
        assert events.test_event_pattern(**given)["Result"] is found, amount


LOOKS = (
    *("functions are there, each in its role", "failures of functions are kept", "roles may do their work and no more"),
    *("AWS's services are let in", "rules on content reach their functions"),
)


def test_verify_names_a_rule_that_is_off_and_a_function_that_does_not_let_its_rule_in(aws, deployment):
    def failed():
        checks = [check for check in reading_checks(aws, deployment) if check.name.partition(": ")[2] in LOOKS]
        assert len(checks) == 2 * len(LOOKS)
        return {result.name: result.seen for result in verify(checks) if not result.passed}

    assert failed() == {}
    events, functions = aws.client("events", "us-east-1"), aws.client("lambda", "us-east-1")
    rule = {"Name": "payments-review-in-primary", "EventBusName": deployment.primary.bus}
    function = deployment.primary.functions["notify"]
    events.disable_rule(**rule)
    functions.remove_permission(FunctionName=function, StatementId="content")
    seen = failed()
    events.enable_rule(**rule)
    functions.add_permission(
        FunctionName=function,
        StatementId="content",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=deployment.primary.arn("events", "rule/payments/payments-notify-in-primary"),
    )
    told = "payments-review-in-primary is DISABLED, that of us-east-2 ENABLED"
    assert seen["us-east-1: rules on content reach their functions"] == told
    let_in = "the policy of payments-notify-primary does not let the rule payments-notify-in-primary in"
    assert seen["us-east-1: AWS's services are let in"] == let_in
    assert failed() == {}
