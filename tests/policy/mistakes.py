"""The most plausible mistakes, each put into the plan of examples/complete, with the rule that is meant for it."""

import copy
import json
import re
from dataclasses import dataclass
from typing import Any

ADMIN = {
    "Effect": "Allow",
    "Action": "dsql:DbConnectAdmin",
    "Resource": "arn:aws:dsql:us-east-1:123456789012:cluster/a",
}
ALL = []


@dataclass(frozen=True)
class Mistake:
    """A mistake.

    Args:
        name: in words.
        rule: meant for it.
        make: puts it into an `Edited` plan.
        linked: by what the example links its clusters, `aws-cli` or `provider`.
    """

    name: str
    rule: str
    make: Any
    linked: str = "aws-cli"


def mistake(name, rule, linked="aws-cli"):
    def add(make):
        ALL.append(Mistake(name, rule, make, linked))
        return make

    return add


class Edited:
    """A plan that is changed: resources by the end of their address, blocks of the module by their name."""

    def __init__(self, document):
        self.document = copy.deepcopy(document)

    def changes(self, end):
        found = [
            one for one in self.document["resource_changes"] if re.sub(r"^module\.\w+\.", "", one["address"]) == end
        ]
        assert found, f"examples/complete plans no {end}"
        return found

    def after(self, end):
        return self.changes(end)[0]["change"]["after"]

    def set(self, end, **values):
        """What somebody wrote instead: known at plan, and an argument of the block."""
        for one in self.changes(end):
            one["change"]["after"].update(values)
            for name in values:
                one["change"]["after_unknown"].pop(name, None)
                block = self.block(re.sub(r"\[.*\]$", "", end), required=False)
                if block is not None:
                    block["expressions"][name] = {"constant_value": values[name]}

    def unset(self, end, *names):
        """Arguments that somebody left away."""
        for one in self.changes(end):
            for name in names:
                one["change"]["after"][name] = [] if isinstance(one["change"]["after"].get(name), list) else None
                one["change"]["after_unknown"].pop(name, None)
                self.block(re.sub(r"\[.*\]$", "", end))["expressions"].pop(name, None)

    def drop(self, *ends):
        """Resources that somebody forgot, with their blocks."""
        for end in ends:
            gone = self.changes(end)
            self.document["resource_changes"] = [one for one in self.document["resource_changes"] if one not in gone]
            name = re.sub(r"\[.*\]$", "", end)
            if name == end:
                self.blocks[:] = [block for block in self.blocks if block["address"] != name]

    def act(self, end, *actions):
        """A later plan: the resource exists, and this would happen to it."""
        change = self.changes(end)[0]["change"]
        change.update(actions=list(actions), before=copy.deepcopy(change["after"]))
        if actions == ("delete",):
            change.update(after=None, after_unknown={})

    def exists(self, kind):
        """A later plan: all of a type exists, and nothing happens to it."""
        for one in self.document["resource_changes"]:
            if one["type"] == kind:
                one["change"].update(actions=["no-op"], before=copy.deepcopy(one["change"]["after"]))

    def policy(self, end, *statements, argument="policy"):
        """A policy of these statements, known at plan."""
        self.set(end, **{argument: json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})

    @property
    def blocks(self):
        return self.document["configuration"]["root_module"]["module_calls"]["application"]["module"]["resources"]

    def block(self, name, required=True):
        found = [block for block in self.blocks if block["address"] == name]
        assert found or not required, f"modules/application has no {name}"
        return found[0] if found else None

    @property
    def providers(self):
        return self.document["configuration"]["provider_config"]

    def region(self, alias, region):
        self.providers[f"aws.{alias}"]["expressions"]["region"] = {"constant_value": region}


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


# --- the clusters
PRIMARY, SECONDARY = "aws_dsql_cluster.primary", "aws_dsql_cluster.secondary"


@mistake("deletion protection off for both", "DSQL001")
def _(plan):
    plan.set(PRIMARY, deletion_protection_enabled=False)
    plan.set(SECONDARY, deletion_protection_enabled=False)


@mistake("deletion protection left away on one side", "DSQL001")
def _(plan):
    plan.unset(SECONDARY, "deletion_protection_enabled")


@mistake("a cluster is destroyed with the call that was removed", "DSQL002")
def _(plan):
    plan.act(PRIMARY, "delete")


@mistake("a new witness replaces the cluster", "DSQL002")
def _(plan):
    plan.act(SECONDARY, "delete", "create")


@mistake("force_destroy copied from a test", "DSQL003")
def _(plan):
    plan.set(PRIMARY, force_destroy=True)


@mistake("clusters without a Name", "DSQL004")
def _(plan):
    plan.set(PRIMARY, tags={"team": "payments"}, tags_all={"team": "payments"})


def _witness(plan, region, *ends):
    for end in ends:
        plan.after(end)["multi_region_properties"] = [{"witness_region": region}]


@mistake("the witness in the Region of a cluster", "DSQL010")
def _(plan):
    _witness(plan, "us-east-2", PRIMARY, SECONDARY)


@mistake("a witness on another continent", "DSQL011")
def _(plan):
    _witness(plan, "eu-west-1", PRIMARY, SECONDARY)


@mistake("a cluster on another continent", "DSQL011")
def _(plan):
    plan.region("secondary", "eu-west-2")


@mistake("two witnesses", "DSQL012")
def _(plan):
    _witness(plan, "us-west-1", SECONDARY)


@mistake("a side without multi_region_properties", "DSQL012")
def _(plan):
    plan.unset(SECONDARY, "multi_region_properties")


@mistake("a peering with another witness than its cluster", "DSQL012", "provider")
def _(plan):
    plan.set("aws_dsql_cluster_peering.primary[0]", witness_region="us-east-2")


@mistake("both providers in one Region", "DSQL013")
def _(plan):
    plan.region("secondary", "us-east-1")


@mistake("the link step forgotten", "DSQL014")
def _(plan):
    plan.drop("terraform_data.link[0]")


PEERING = "aws_dsql_cluster_peering.primary", "aws_dsql_cluster_peering.secondary"


@mistake("a peering on one side only", "DSQL015", "provider")
def _(plan):
    plan.drop(f"{PEERING[1]}[0]")


@mistake("a peering of a cluster with itself", "DSQL015", "provider")
def _(plan):
    plan.block(PEERING[1])["expressions"]["clusters"] = {"references": [f"{SECONDARY}.arn", SECONDARY]}


@mistake("depends_on between the peerings", "DSQL016", "provider")
def _(plan):
    plan.block(PEERING[1])["depends_on"] = [PEERING[0]]


@mistake("a peering that waits for what needs the other", "DSQL016", "provider")
def _(plan):
    plan.block(PEERING[1])["depends_on"] = ["aws_lambda_invocation.migration"]


@mistake("one cluster after the other", "DSQL017")
def _(plan):
    plan.block(SECONDARY)["depends_on"] = [PRIMARY]


@mistake("timeouts added to a peering later", "DSQL018", "provider")
def _(plan):
    plan.act(f"{PEERING[0]}[0]", "update")
    plan.after(f"{PEERING[0]}[0]")["timeouts"] = {"create": "60m"}


@mistake("a peering on clusters that exist", "DSQL019", "provider")
def _(plan):
    plan.exists("aws_dsql_cluster")


# --- the keys
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


@mistake("the key argument left away", "DSQL030")
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


# --- who may do what
WORK = 'aws_iam_role_policy.work_primary["transactions"]'


@mistake("the API connects as admin", "DSQL040")
def _(plan):
    plan.policy('aws_iam_role_policy.database_primary["transactions"]', ADMIN)


@mistake("dsql:* for the relay", "DSQL040")
def _(plan):
    plan.policy('aws_iam_role_policy.database_secondary["relay"]', allow("dsql:*", ADMIN["Resource"]))


@mistake("all actions of a service", "DSQL041")
def _(plan):
    plan.policy(WORK, allow("events:*", "arn:aws:events:us-east-1:123456789012:event-bus/payments"))


@mistake("everything allowed", "DSQL041")
def _(plan):
    plan.policy(WORK, allow("*"))


@mistake("NotAction instead of a Deny", "DSQL041")
def _(plan):
    plan.policy(WORK, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:sqs:us-east-1:123456789012:a"})


@mistake("connections to any cluster", "DSQL042")
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


# --- events
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
    plan.set("aws_sqs_queue.undelivered_primary", sqs_managed_sse_enabled=False)


# --- functions
TRANSACTIONS = 'aws_lambda_function.secondary["transactions"]'


@mistake("a consumer whose failures go nowhere", "DSQL070")
def _(plan):
    plan.drop('aws_lambda_function_event_invoke_config.primary["consumer"]')


@mistake("a password in the environment", "DSQL071")
def _(plan):
    plan.set(TRANSACTIONS, environment=[{"variables": {"DB_PASSWORD": "correct horse"}}])


@mistake("a connection string with a password", "DSQL071")
def _(plan):
    plan.set(TRANSACTIONS, environment=[{"variables": {"DATABASE": "postgres://admin:horse@host/postgres"}}])


@mistake("a runtime of the recipe's time", "DSQL072")
def _(plan):
    plan.set(TRANSACTIONS, runtime="python3.9")


@mistake("a function switched off", "DSQL073")
def _(plan):
    plan.set(TRANSACTIONS, reserved_concurrent_executions=0)


@mistake("other code in one Region", "DSQL074")
def _(plan):
    plan.set(TRANSACTIONS, source_code_hash="another")


@mistake("less time in one Region", "DSQL074")
def _(plan):
    plan.set(TRANSACTIONS, timeout=3)


@mistake("the endpoint of the other Region", "DSQL075")
def _(plan):
    named = {"references": [f"{PRIMARY}.identifier", PRIMARY]}
    plan.block("aws_lambda_function.secondary")["expressions"]["environment"] = [{"variables": named}]


@mistake("a migration from both Regions", "DSQL076")
def _(plan):
    for one in (plan.changes("aws_lambda_invocation.migration")[0], plan.block("aws_lambda_invocation.migration")):
        again = json.loads(
            json.dumps(one).replace("invocation.migration", "invocation.again").replace(".primary", ".secondary")
        )
        (plan.document["resource_changes"] if "change" in one else plan.blocks).append(again)


@mistake("a migration before the link", "DSQL077")
def _(plan):
    plan.block("aws_lambda_invocation.migration")["depends_on"] = []


@mistake("logs for ever", "DSQL078")
def _(plan):
    plan.set('aws_cloudwatch_log_group.primary["relay"]', retention_in_days=None)


@mistake("a function that makes its own log group", "DSQL079")
def _(plan):
    plan.drop('aws_cloudwatch_log_group.secondary["relay"]')


# --- alarms
ERRORS, WAITING = 'aws_cloudwatch_metric_alarm.primary["errors"]', 'aws_cloudwatch_metric_alarm.primary["undelivered"]'


@mistake("an alarm that nobody hears", "DSQL091")
def _(plan):
    plan.set(WAITING, alarm_actions=[])


@mistake("alarms silenced for a night, and never again switched on", "DSQL091")
def _(plan):
    plan.set(ERRORS, actions_enabled=False)


@mistake("an alarm in one Region only", "DSQL092")
def _(plan):
    plan.drop('aws_cloudwatch_metric_alarm.secondary["circuit"]')


@mistake("an alarm on a cluster that it does not name", "DSQL093")
def _(plan):
    plan.set('aws_cloudwatch_metric_alarm.primary["spending"]', namespace="AWS/AuroraDSQL", dimensions=None)


@mistake("a dead-letter queue that nobody watches", "DSQL094")
def _(plan):
    plan.drop(WAITING)


# --- the API
ROUTE = 'aws_apigatewayv2_route.primary["POST /transactions"]'


@mistake("a route for everyone", "DSQL080")
def _(plan):
    plan.set(ROUTE, authorization_type="NONE")


@mistake("other callers in one Region", "DSQL084")
def _(plan):
    plan.set(ROUTE, authorization_type="JWT")


@mistake("no limit of requests", "DSQL081")
def _(plan):
    plan.unset("aws_apigatewayv2_stage.primary[0]", "default_route_settings")


@mistake("no log of requests", "DSQL082")
def _(plan):
    plan.unset("aws_apigatewayv2_stage.secondary[0]", "access_log_settings")


# --- the root
@mistake("no version of the provider", "DSQL100")
def _(plan):
    for provider in plan.providers.values():
        provider.pop("version_constraint", None)


@mistake("the provider of the recipe", "DSQL100")
def _(plan):
    for provider in plan.providers.values():
        provider["version_constraint"] = "~> 5.0"


@mistake("any later provider", "DSQL101")
def _(plan):
    for provider in plan.providers.values():
        provider["version_constraint"] = ">= 5.100.0"


@mistake("a provider in a module", "DSQL102")
def _(plan):
    provider = {**plan.providers["aws.primary"], "module_address": "module.application"}
    plan.providers["module.application:aws.own"] = provider


@mistake("a queue without the tags of the rest", "DSQL105")
def _(plan):
    plan.set("aws_sqs_queue.failed_secondary", tags={}, tags_all={})
