"""Mistakes about functions."""

import json

from .clusters import PRIMARY
from .edited import mistake

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


@mistake("a runtime of the recipe's time", "DSQL072", also=("DSQL074",))
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
