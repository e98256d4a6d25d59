"""modules/events: the bus pair alone."""

import json

import pytest
import tftest

ACCOUNT = "123456789012"


def test_a_pair_of_buses_forwards_only_its_own_source_and_region(root):
    plan = root.plan("events", {"name": "orders", "account_id": ACCOUNT, "event_source": "shop.orders"})
    found = {address: body["values"] for address, body in plan.modules["module.under_test"].resources.items()}
    assert json.loads(found["aws_cloudwatch_event_rule.forward_secondary"]["event_pattern"]) == {
        "source": ["shop.orders"],
        "region": ["us-east-2"],
    }
    role = json.loads(found["aws_iam_role_policy.forward_primary"]["policy"])["Statement"]
    assert role == [
        {
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": f"arn:aws:events:us-east-2:{ACCOUNT}:event-bus/orders",
        }
    ]


def test_a_source_that_belongs_to_aws_is_refused(root):
    with pytest.raises(tftest.TerraformTestError) as refused:
        root.plan("events", {"name": "orders", "account_id": ACCOUNT, "event_source": "aws.events"})
    assert "`event_source` must be 1 to 256 letters" in str(refused.value.cmd_error)


def test_dead_letters_are_taken_only_from_rules_of_the_bus(root):
    plan = root.plan("events", {"name": "orders", "account_id": ACCOUNT})
    found = {address: body["values"] for address, body in plan.modules["module.under_test"].resources.items()}
    (statement,) = json.loads(found["aws_sqs_queue.undelivered_primary"]["policy"])["Statement"]
    assert statement["Resource"] == f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders-undelivered-primary"
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/orders/*"}}
