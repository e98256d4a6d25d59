"""Mistakes about alarms."""

from .edited import mistake

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
