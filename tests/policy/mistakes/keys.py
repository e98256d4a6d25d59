"""Mistakes about keys."""

from .clusters import PRIMARY, SECONDARY
from .edited import mistake

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


@mistake("the key argument left away", "DSQL030", also=("DSQL034",))
def _(plan):
    plan.unset(PRIMARY, "kms_encryption_key")


@mistake("encryption switched off while the key is in use", "DSQL031")
def _(plan):
    plan.set(PRIMARY, kms_encryption_key=KEY)
    plan.exists("aws_dsql_cluster")
    plan.set("aws_kms_key.primary[0]", arn=KEY)
    plan.act("aws_kms_key.primary[0]", "delete")


@mistake("a key that never rotates", "DSQL032")
def _(plan):
    plan.set("aws_kms_key.secondary[0]", enable_key_rotation=False)


@mistake("a key switched off", "DSQL033")
def _(plan):
    plan.set("aws_kms_key.primary[0]", is_enabled=False)


@mistake("a key for one side only", "DSQL034")
def _(plan):
    plan.set(SECONDARY, kms_encryption_key="AWS_OWNED_KMS_KEY")


@mistake("one key for both Regions", "DSQL035")
def _(plan):
    plan.set(SECONDARY, kms_encryption_key=KEY)


def used(plan, key, *users):
    """The key exists, and so do its users, each by its argument."""
    plan.set(key, arn=KEY, key_id="1")
    for end, argument in users:
        plan.set(end, **{argument: KEY})
        plan.act(end, "no-op")
    plan.act(key, "delete")


@mistake("the services' key deleted while a queue is on it", "DSQL036")
def _(plan):
    used(plan, "aws_kms_key.services_primary[0]", ("aws_sqs_queue.failed_primary", "kms_master_key_id"))


@mistake("the alarms' key deleted while the topic is on it", "DSQL036")
def _(plan):
    plan.set("aws_sns_topic.alarms_primary[0]", kms_master_key_id=KEY)
    plan.act("aws_sns_topic.alarms_primary[0]", "no-op")
    gone = {"address": "module.application.aws_kms_key.alarms_primary[0]", "mode": "managed", "type": "aws_kms_key"}
    change = {"actions": ["delete"], "before": {"arn": KEY, "key_id": "1"}, "after": None, "after_unknown": {}}
    plan.document["resource_changes"].append({**gone, "name": "alarms_primary", "index": 0, "change": change})


@mistake("field encryption switched off while rows have such fields", "DSQL037")
def _(plan):
    function = 'aws_lambda_function.primary["transactions"]'
    plan.set("aws_kms_key.fields_primary[0]", arn=KEY, key_id="1")
    plan.set(function, environment=[{"variables": {"FIELD_KEY_ARN": KEY}}])
    plan.act(function, "update")
    plan.after(function)["environment"] = [{"variables": {}}]
    plan.act("aws_kms_key.fields_primary[0]", "delete")


@mistake("the services' key deleted with what the logs hold", "DSQL038")
def _(plan):
    group = 'aws_cloudwatch_log_group.primary["transactions"]'
    used(plan, "aws_kms_key.services_primary[0]", (group, "kms_key_id"))
    plan.after(group)["kms_key_id"] = None
