"""Mistakes about who may do what."""

from .edited import ADMIN, allow, mistake

WORK = 'aws_iam_role_policy.work_primary["transactions"]'


@mistake("the API connects as admin", "DSQL040")
def _(plan):
    plan.policy('aws_iam_role_policy.database_primary["transactions"]', ADMIN)


@mistake("dsql:* for the relay", "DSQL040", also=("DSQL041",))
def _(plan):
    plan.policy('aws_iam_role_policy.database_secondary["relay"]', allow("dsql:*", ADMIN["Resource"]))


@mistake("all actions of a service", "DSQL041")
def _(plan):
    plan.policy(WORK, allow("events:*", "arn:aws:events:us-east-1:123456789012:event-bus/payments"))


@mistake("everything allowed", "DSQL041", also=("DSQL040", "DSQL042"))
def _(plan):
    plan.policy(WORK, allow("*"))


@mistake("NotAction instead of a Deny", "DSQL041", also=("DSQL040",))
def _(plan):
    plan.policy(WORK, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:sqs:us-east-1:123456789012:a"})


@mistake("connections to any cluster", "DSQL042", also=("DSQL043",))
def _(plan):
    plan.policy('aws_iam_role_policy.database_primary["consumer"]', allow("dsql:DbConnect"))


@mistake("connections to all clusters of the account", "DSQL042")
def _(plan):
    everything = "arn:aws:dsql:*:123456789012:cluster/*"
    plan.policy('aws_iam_role_policy.database_primary["relay"]', allow("dsql:DbConnect", everything))


@mistake("events on any bus", "DSQL043")
def _(plan):
    plan.policy("aws_iam_role_policy.forward_primary", allow("events:PutEvents"))


@mistake("any function invoked", "DSQL043")
def _(plan):
    plan.policy("aws_iam_role_policy.schedule_primary", allow(["lambda:InvokeFunction"]))


@mistake("a role for everyone", "DSQL044")
def _(plan):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    plan.policy('aws_iam_role.primary["transactions"]', trust, argument="assume_role_policy")


@mistake("a bus for everyone", "DSQL045")
def _(plan):
    plan.policy("aws_cloudwatch_event_bus_policy.primary", {**allow("events:PutEvents"), "Principal": "*"})


@mistake("a queue for everyone", "DSQL045")
def _(plan):
    plan.policy("aws_sqs_queue.undelivered_primary", {**allow("sqs:SendMessage"), "Principal": {"AWS": ["*"]}})


@mistake("a permission for any rule of the world", "DSQL046")
def _(plan):
    plan.unset("aws_lambda_permission.receive_primary", "source_arn")


@mistake("one role name in two Regions", "DSQL047")
def _(plan):
    plan.set("aws_iam_role.forward_secondary", name=plan.after("aws_iam_role.forward_primary")["name"])


@mistake("EventBridge as a deputy of any account", "DSQL048")
def _(plan):
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "events.amazonaws.com"}}
    plan.policy("aws_iam_role.forward_primary", trust, argument="assume_role_policy")
