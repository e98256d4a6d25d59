"""Events: where each rule begins and ends, on plans of a few resources."""

import json

import pytest

from policy.errors import PolicyError

from .small import resource, told

RULE, TARGET, QUEUE = "aws_cloudwatch_event_rule.one", "aws_cloudwatch_event_target.one", "aws_sqs_queue.one"
HERE, THERE = "aws_cloudwatch_event_bus.here", "aws_cloudwatch_event_bus.there"
DEAD_LETTERS = {"dead_letter_config": [{"arn": {"references": [f"{QUEUE}.arn", QUEUE]}}]}
ELSEWHERE = "arn:aws:events:us-east-2:123456789012:event-bus/there"
ORIGINS = {"region": ["us-east-1"]}


def forwarding(pattern, *, region="us-east-1", arn=ELSEWHERE, rule=None, target=None):
    """A rule and its target on a bus of another Region."""
    own = {"name": "forward", "event_bus_name": "here", "event_pattern": pattern and json.dumps(pattern)}
    to = {"rule": "forward", "event_bus_name": "here", "arn": arn}
    return resource(RULE, {**own, **(rule or {})}, region=region), resource(TARGET, {**to, **(target or {})})


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (None, "has no `region`"),
        ({"region": []}, "has no `region`"),
        ({"region": "us-east-1"}, "has no `region`"),
        ({"region": ["us-east-1"]}, None),
        ({"region": ["us-east-1", "us-east-2"]}, "takes events of us-east-2, not of us-east-1 alone"),
        ({"region": [{"anything-but": "us-east-1"}]}, "shuts out us-east-1 itself"),
        ({"region": [{"anything-but": "us-east-2"}]}, None),
        ({"detail": {"origin": ["us-east-1"]}}, None),
        ({"detail": {"kind": ["transfer"]}}, "has no `region`"),
        ({"detail": {"kind": ["transfer"], "Region": ["us-east-1"]}}, None),
        ({"detail": ["origin"]}, "has no `region`"),
    ],
)
def test_what_a_forwarding_rule_takes_is_told_by_its_pattern(pattern, problem):
    said = [(RULE, f"forwards to another bus, and its pattern {problem}")] if problem else []
    assert told("DSQL050", *forwarding(pattern)) == said


@pytest.mark.parametrize("allowed", ["us-east-2", {"anything-but": "None"}])
def test_a_rule_whose_region_is_not_known_may_take_any(allowed):
    assert told("DSQL050", *forwarding({"region": [allowed]}, region=None, target={"region": None})) == []


@pytest.mark.parametrize("text", ["{" + "x" * 80, "[]" + " " * 80])
def test_a_pattern_that_is_no_object_is_an_error_with_its_place_and_its_beginning(text):
    with pytest.raises(PolicyError) as error:
        told("DSQL050", *forwarding(None, rule={"event_pattern": text}))
    assert str(error.value) == (
        f"resource_changes[0].change.after.event_pattern: expected a JSON object, got {text[:60]!r}"
    )


@pytest.mark.parametrize(
    "other",
    [
        {"rule": {"name": "another"}},
        {"rule": {"event_bus_name": "another"}},
        {"region": "us-east-2"},
        {"arn": "arn:aws:sqs:us-east-1:123456789012:event-bus"},
        {"arn": None},
    ],
)
def test_a_target_forwards_for_the_rule_of_its_name_bus_and_region(other):
    assert told("DSQL050", *forwarding(None)) != []
    assert told("DSQL050", *forwarding(None, **other)) == []


def test_a_rule_without_its_name_in_the_plan_is_told_by_the_reference_of_its_target():
    rule = resource(RULE, {"name": "forward"})
    refers = {"rule": [f"{RULE}.name", RULE]}
    unnamed = resource(TARGET, {"arn": ELSEWHERE}, refers=refers, after_unknown={"rule": True})
    assert [address for address, _ in told("DSQL050", rule, unnamed)] == [RULE]
    renamed = resource(TARGET, {"arn": ELSEWHERE, "rule": "another"}, refers=refers)
    assert [address for address, _ in told("DSQL050", rule, renamed)] == [RULE]


def test_of_two_rules_whose_names_are_not_known_the_one_that_the_target_refers_to_is_told():
    hidden = {"after_unknown": {"name": True}}
    rules = resource("aws_cloudwatch_event_rule.other", {}, **hidden), resource(RULE, {}, **hidden)
    target = resource(TARGET, {"arn": ELSEWHERE}, refers={"rule": [f"{RULE}.name", RULE]}, after_unknown={"rule": True})
    assert [address for address, _ in told("DSQL050", *rules, target)] == [RULE]


@pytest.mark.parametrize(("role", "kept"), [("arn:aws:iam::123456789012:role/a", True), (None, False)])
def test_what_forwards_needs_a_role_and_what_delivers_in_the_region_none(role, kept):
    message = "delivers to a bus and has no `role_arn`"
    assert told("DSQL051", *forwarding(ORIGINS, target={"role_arn": role})) == ([] if kept else [(TARGET, message)])
    assert told("DSQL051", *forwarding(ORIGINS, arn="arn:aws:lambda:us-east-1:1:function:a")) == []


@pytest.mark.parametrize(("given", "kept"), [([], False), ([{"arn": None}], False), ([{"arn": "arn:aws:sqs"}], True)])
def test_a_dead_letter_queue_is_one_that_is_named(given, kept):
    said = told("DSQL052", resource(TARGET, {"dead_letter_config": given}))
    assert said == ([] if kept else [(TARGET, "has no `dead_letter_config`")])


@pytest.mark.parametrize(
    ("attempts", "age", "message"),
    [
        (185, 3600, None),
        (185, 3599, "`maximum_event_age_in_seconds` is 3599, less than an hour"),
        (1, 1, "`maximum_event_age_in_seconds` is 1, less than an hour"),
        (1, 0, None),  # the provider's zero: not set, so that EventBridge takes its 24 hours
        (None, None, None),
        (0, 3600, "`maximum_retry_attempts` is 0"),
    ],
)
def test_an_hour_of_retries_is_enough(attempts, age, message):
    policy = {"maximum_retry_attempts": attempts, "maximum_event_age_in_seconds": age}
    said = told("DSQL053", resource(TARGET, {"retry_policy": [policy]}))
    assert said == ([(TARGET, message)] if message else [])


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ({"state": "ENABLED"}, True),
        ({"state": None, "is_enabled": True}, True),
        ({"state": "DISABLED"}, False),
        ({"state": None, "is_enabled": False}, False),
    ],
)
def test_a_rule_is_off_by_its_state_or_by_the_older_argument(after, kept):
    assert told("DSQL054", resource(RULE, after)) == ([] if kept else [(RULE, "is disabled")])


BOTH = json.dumps({"region": ["us-east-1", "us-east-2"]})
OFF = resource(RULE, {"state": "DISABLED", "event_pattern": BOTH})


def twin_of_the_rule(after=None, *, region="us-east-2", module=""):
    return resource(f"{module}{RULE}_there", {"event_pattern": BOTH} | (after or {}), region=region)


@pytest.mark.parametrize(
    ("off", "other", "kept"),
    [
        (OFF, twin_of_the_rule(), True),
        (OFF, twin_of_the_rule({"state": "DISABLED"}), False),
        (OFF, twin_of_the_rule({"event_pattern": json.dumps({"region": ["us-east-2"]})}), False),
        (OFF, twin_of_the_rule(region="us-east-1"), False),
        (OFF, twin_of_the_rule(module="module.a."), False),
        (
            resource(RULE, {"state": "DISABLED", "event_pattern": json.dumps({"source": ["a"]})}),
            twin_of_the_rule({"event_pattern": json.dumps({"source": ["a"]})}),
            False,
        ),
    ],
)
def test_a_rule_may_be_off_where_its_twin_of_the_other_region_takes_the_events_of_both(off, other, kept):
    assert told("DSQL054", off, other) == ([] if kept else told("DSQL054", off) + told("DSQL054", other))


@pytest.mark.parametrize(
    ("target", "queue", "said"),
    [
        ("us-east-1", "us-east-1", []),
        (
            "us-east-1",
            "us-east-2",
            [(TARGET, f"is in us-east-1, its dead-letter queue {QUEUE} in us-east-2")],
        ),
        (None, "us-east-1", [(f"?{TARGET}", "its Region: unknown until apply")]),
        ("us-east-1", None, [(f"?{TARGET}", "its Region: unknown until apply")]),
    ],
)
def test_a_dead_letter_queue_is_compared_where_both_regions_are_known(target, queue, said):
    one = resource(TARGET, {}, region=target, refers=DEAD_LETTERS)
    assert told("DSQL055", one, resource(QUEUE, {}, region=queue)) == said


def admitting(effect="Allow", action="sqs:SendMessage", service="events.amazonaws.com"):
    statement = {"Effect": effect, "Action": action, "Principal": {"Service": service}, "Resource": "*"}
    return json.dumps({"Statement": [statement]})


CLOSED = [(QUEUE, "has no policy that lets events.amazonaws.com send messages")]
OPEN = [(f"?{QUEUE}", "its policy: unknown until apply")]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (admitting(), []),
        (admitting(service="*"), []),
        (admitting(effect="Deny"), CLOSED),
        (admitting(action="sqs:ReceiveMessage"), CLOSED),
        (admitting(service="sns.amazonaws.com"), CLOSED),
    ],
)
def test_a_queue_admits_eventbridge_by_a_statement_that_allows_it_to_send(policy, said):
    target = resource(TARGET, {}, refers=DEAD_LETTERS)
    assert told("DSQL056", target, resource(QUEUE, {"policy": policy})) == said
    apart = resource("aws_sqs_queue_policy.one", {"policy": policy}, refers={"queue_url": [f"{QUEUE}.url", QUEUE]})
    assert told("DSQL056", target, resource(QUEUE), apart) == said
    another = resource("aws_sqs_queue_policy.one", {"policy": policy}, refers={"queue_url": ["aws_sqs_queue.two"]})
    assert told("DSQL056", target, resource(QUEUE), another, resource("aws_sqs_queue.two")) == CLOSED


def test_a_queue_that_admits_eventbridge_hides_none_after_it():
    second = {"dead_letter_config": [{"arn": {"references": ["aws_sqs_queue.two"]}}]}
    targets = resource(TARGET, {}, refers=DEAD_LETTERS), resource(f"{TARGET}_more", {}, refers=second)
    queues = resource(QUEUE, {"policy": admitting()}), resource("aws_sqs_queue.two", {})
    assert [address for address, _ in told("DSQL056", *targets, *queues)] == ["aws_sqs_queue.two"]


@pytest.mark.parametrize(("written", "said"), [(["local.policy"], OPEN), ([], CLOSED)])
def test_a_policy_that_the_plan_does_not_tell_is_open_only_where_somebody_sets_it(written, said):
    target = resource(TARGET, {}, refers=DEAD_LETTERS)
    refers = {"policy": written} if written else {}
    assert told("DSQL056", target, resource(QUEUE, {}, refers=refers, after_unknown={"policy": True})) == said


FUNCTION, PERMISSION = "aws_lambda_function.one", "aws_lambda_permission.one"
REFUSED = [(TARGET, f"invokes {FUNCTION}, which has no permission for events.amazonaws.com")]


@pytest.mark.parametrize(
    ("permission", "said"),
    [
        ({"after": {"function_name": "orders"}}, []),
        ({"after": {"function_name": "arn:orders"}}, []),
        ({"after": {}, "refers": {"function_name": [FUNCTION]}}, []),
        ({"after": {"function_name": "another"}}, REFUSED),
        ({"after": {"function_name": "orders"}, "region": "us-east-2"}, REFUSED),
        ({"after": {"function_name": "orders", "principal": "sns.amazonaws.com"}}, REFUSED),
    ],
)
def test_a_permission_is_of_the_function_by_name_arn_or_reference_and_of_its_region(permission, said):
    given = permission | {"after": {"principal": "events.amazonaws.com", **permission["after"]}}
    target = resource(TARGET, {}, refers={"arn": [f"{FUNCTION}.arn", FUNCTION]})
    function = resource(FUNCTION, {"function_name": "orders", "arn": "arn:orders"})
    assert told("DSQL057", target, function, resource(PERMISSION, **given)) == said


def test_events_that_go_one_way_are_told_with_both_buses():
    def from_to(name, here, there):
        return resource(f"aws_cloudwatch_event_target.{name}", refers={"event_bus_name": [here], "arn": [there]})

    buses = resource(HERE, {}), resource(THERE, {}, region="us-east-2")
    one_way, back = from_to("one", HERE, THERE), from_to("back", THERE, HERE)
    assert told("DSQL058", *buses, one_way) == [(TARGET, f"forwards to {THERE}, which forwards nothing back")]
    assert told("DSQL058", *buses, one_way, back) == []


@pytest.mark.parametrize(("kept", "shown"), [(604800, None), (604799, "604799"), (None, "not set")])
def test_dead_letters_are_kept_for_a_week(kept, shown):
    target = resource(TARGET, {}, refers=DEAD_LETTERS)
    said = told("DSQL060", target, resource(QUEUE, {"message_retention_seconds": kept}))
    assert said == ([(QUEUE, f"`message_retention_seconds` is {shown}")] if shown else [])


@pytest.mark.parametrize(
    ("managed", "key", "kept"), [(True, None, True), (None, None, True), (False, "alias/a", True), (False, None, False)]
)
@pytest.mark.parametrize("refers", [DEAD_LETTERS, {"arn": [f"{QUEUE}.arn", QUEUE]}], ids=["dead-letters", "target"])
def test_a_queue_is_in_the_clear_without_either_kind_of_key(managed, key, kept, refers):
    queue = resource(QUEUE, {"sqs_managed_sse_enabled": managed, "kms_master_key_id": key})
    message = "`sqs_managed_sse_enabled` is false, and there is no `kms_master_key_id`"
    assert told("DSQL061", resource(TARGET, {}, refers=refers), queue) == ([] if kept else [(QUEUE, message)])


@pytest.mark.parametrize(
    ("address", "refers", "holds"),
    [
        (TARGET, DEAD_LETTERS, True),
        (FUNCTION, {"dead_letter_config": [{"target_arn": {"references": [QUEUE]}}]}, True),
        ("aws_lambda_function_event_invoke_config.one", {"destination_config": [{"references": [QUEUE]}]}, True),
        ("aws_sqs_queue.two", {"redrive_policy": [QUEUE]}, True),
        (TARGET, {"arn": [QUEUE]}, False),
        ("aws_sqs_queue.two", {"policy": [QUEUE]}, False),
    ],
)
def test_a_queue_holds_dead_letters_of_a_target_a_function_or_another_queue(address, refers, holds):
    short = resource(QUEUE, {"message_retention_seconds": 60})
    said = told("DSQL060", resource(address, {}, refers=refers), short)
    assert said == ([(QUEUE, "`message_retention_seconds` is 60")] if holds else [])
