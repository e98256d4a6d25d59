"""Roots of platform teams: several applications, Regions, accounts and keys in one plan, and no alarm that is false."""

import pytest

from policy.evaluate import evaluate
from policy.plan import Plan
from policy.rules import BY_ID

from .small import document, resource, told

ROLE, ALARM, QUEUE = "aws_iam_role.one", "aws_cloudwatch_metric_alarm", "aws_sqs_queue.one"
AMERICA, EUROPE = ("us-east-1", "us-east-2"), ("eu-west-1", "eu-central-1")


@pytest.mark.parametrize("argument", ["access_key", "allowed_account_ids", "assume_role", "profile"])
def test_roles_of_one_name_in_what_may_be_two_accounts_are_an_open_question(argument):
    """A root that deploys into two accounts has a provider for each."""
    there = {"aws.there": {"expressions": {"region": {"constant_value": "us-east-1"}, argument: {"references": ["a"]}}}}
    roles = [resource(ROLE, {"name": "same"}), resource(f"{ROLE}_there", {"name": "same"}, region="there")]
    message = f"whether its account is that of {ROLE}, which has the same name: unknown until apply"
    assert told("DSQL047", *roles, providers=there) == [(f"?{ROLE}_there", message)]
    again = resource(f"{ROLE}_again", {"name": "same"}, region="there")
    assert told("DSQL047", *roles, again, providers=there) == [
        (f"{ROLE}_again", f"has the name of {ROLE}_there, same"),
        (f"?{ROLE}_there", message),
    ]
    beside = resource(f"{ROLE}_beside", {"name": "same"})
    assert told("DSQL047", *roles, beside, providers=there) == [
        (f"{ROLE}_beside", f"has the name of {ROLE}, same"),
        (f"?{ROLE}_there", message),
    ]


def addresses(module, name, regions):
    return {f"{module}{name}.{region}".replace("-", "_"): region for region in regions}


def pair(module, regions):
    values = {"multi_region_properties": [{"witness_region": "us-west-2"}]}
    named = addresses(module, "aws_dsql_cluster", regions)
    return [resource(address, values, region=region) for address, region in named.items()]


def alarms(module, regions):
    metric = {"namespace": "AWS/Lambda", "metric_name": "Errors"}
    return [resource(address, metric, region=region) for address, region in addresses(module, ALARM, regions).items()]


@pytest.mark.parametrize(
    ("module", "regions", "missing"),
    [
        ("module.a.", AMERICA, None),
        ("module.a.", AMERICA[:1], "us-east-2"),
        ("module.alarms.", AMERICA, None),
        ("module.alarms.", EUROPE[:1], "eu-central-1"),
        ("module.alarms.", (*AMERICA[:1], *EUROPE), "us-east-2"),
    ],
)
def test_alarms_are_wanted_in_the_regions_of_their_own_pair_alone(module, regions, missing):
    """Two applications in one root, one of them in Europe."""
    made = alarms(module, regions)
    message = f"nothing watches AWS/Lambda Errors in {missing}"
    said = told("DSQL092", *pair("module.a.", AMERICA), *pair("module.b.", EUROPE), *made)
    assert said == ([(made[0]["address"], message)] if missing else [])


# Key of for_each, as it is and as Terraform writes it into an address.
KEYS = {
    "a.b": "a.b",
    "a]b": "a]b",
    'the "first"': r"the \"first\"",
    r"back\slash": r"back\\slash",
    "${a}": "$${a}",
    "two\nlines": r"two\nlines",
}


@pytest.mark.parametrize(("key", "written"), KEYS.items())
@pytest.mark.parametrize("name", [QUEUE, "aws_sqs_queue.with-hyphen"])
def test_a_reference_names_an_instance_whatever_its_key(name, key, written):
    queues = [resource(QUEUE, {}) | {"address": f'{name}["{end}"]', "index": end} for end in ("other", written)]
    queues[1]["index"] = key
    path, block = queues[0]["block"]
    for queue in queues:
        queue["block"] = (path, block | {"address": name})
    target = resource("aws_cloudwatch_event_target.one", {}, refers={"arn": [f'{name}["{written}"].arn', name]})
    plan = Plan(document(*queues, target))
    (user,) = plan.of("aws_cloudwatch_event_target")
    assert [one.address for one in plan.referred(user, "arn", "aws_sqs_queue")] == [f'{name}["{written}"]']


def test_an_index_into_an_attribute_is_no_key_of_an_instance():
    queues = [resource(f"{QUEUE}[{number}]", {}) for number in (0, 1)]
    target = resource("aws_cloudwatch_event_target.one", {}, refers={"arn": [f"{QUEUE}.policies[0]", QUEUE]})
    plan = Plan(document(*queues, target))
    (user,) = plan.of("aws_cloudwatch_event_target")
    assert len(plan.referred(user, "arn", "aws_sqs_queue")) == len(queues)


PART = [resource("aws_dsql_cluster.one", {"multi_region_properties": [{}]})]


@pytest.mark.parametrize("complete", [False, True, None])
def test_what_a_plan_of_some_resources_misses_is_an_open_question(complete):
    """With -target, Terraform writes `complete` as false; the link, alarms and more stay where they are."""
    plan = Plan(document(*PART) | ({} if complete is None else {"complete": complete}))
    (found,) = evaluate(plan, rules=[BY_ID["DSQL014"]]).outcomes
    message = "has a witness, and nothing in the plan links it with another cluster"
    open_ = (f"{message}, in a plan that is not complete", True)
    assert (found.finding.message, found.finding.unknown) == (open_ if complete is False else (message, False))


def test_a_plan_that_is_not_complete_still_loses_a_cluster():
    lost = resource("aws_dsql_cluster.one", None, actions=["delete"], before={})
    (found,) = evaluate(Plan(document(lost) | {"complete": False}), rules=[BY_ID["DSQL002"]]).findings
    assert found.finding.message == "would be destroyed"
