"""Mistakes about events."""

import json

from .edited import mistake

FORWARD, RECEIVE = "aws_cloudwatch_event_rule.forward_primary", "aws_cloudwatch_event_target.receive_primary"
TARGET = "aws_cloudwatch_event_target.forward_primary"


@mistake("a forward rule without a Region", "DSQL050")
def _(plan):
    plan.set(FORWARD, event_pattern=json.dumps({"source": ["dsql.application"]}))


@mistake("a forward rule of the other Region, by copy and paste", "DSQL050")
def _(plan):
    plan.set(FORWARD, event_pattern=json.dumps({"source": ["dsql.application"], "region": ["us-east-2"]}))


@mistake("a forward rule of both Regions", "DSQL050")
def _(plan):
    plan.set(FORWARD, event_pattern=json.dumps({"region": ["us-east-1", "us-east-2"]}))


@mistake("a forward rule of all Regions but its own", "DSQL050")
def _(plan):
    plan.set(FORWARD, event_pattern=json.dumps({"region": [{"anything-but": "us-east-1"}]}))


@mistake("a forward target without a role", "DSQL051")
def _(plan):
    plan.unset(TARGET, "role_arn")


@mistake("a target without a dead-letter queue", "DSQL052")
def _(plan):
    plan.unset(RECEIVE, "dead_letter_config")


@mistake("no retries", "DSQL053")
def _(plan):
    plan.after(TARGET)["retry_policy"] = [{"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 0}]


@mistake("retries for five minutes", "DSQL053")
def _(plan):
    plan.after(TARGET)["retry_policy"] = [{"maximum_event_age_in_seconds": 300, "maximum_retry_attempts": 185}]


@mistake("a rule left disabled after a test", "DSQL054")
def _(plan):
    plan.set(FORWARD, state="DISABLED")


@mistake("the schedule of the relay left disabled", "DSQL054")
def _(plan):
    plan.set("aws_scheduler_schedule.relay_secondary", state="DISABLED")


@mistake("the dead-letter queue of the other Region", "DSQL055")
def _(plan):
    queue = "aws_sqs_queue.undelivered_secondary"
    plan.block(TARGET)["expressions"]["dead_letter_config"] = [{"arn": {"references": [f"{queue}.arn", queue]}}]


@mistake("a dead-letter queue that admits nobody", "DSQL056")
def _(plan):
    plan.unset("aws_sqs_queue.undelivered_secondary", "policy")


@mistake("a consumer without permission for its rule", "DSQL057")
def _(plan):
    plan.drop("aws_lambda_permission.receive_secondary")


@mistake("events go one way only", "DSQL058")
def _(plan):
    plan.drop("aws_cloudwatch_event_target.forward_secondary")


@mistake("dead letters kept for a day", "DSQL060")
def _(plan):
    plan.set("aws_sqs_queue.failed_primary", message_retention_seconds=86400)


@mistake("dead letters in the clear", "DSQL061")
def _(plan):
    plan.set("aws_sqs_queue.undelivered_primary", kms_master_key_id=None, sqs_managed_sse_enabled=False)
