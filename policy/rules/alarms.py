"""Rules on alarms: there are some, on both sides, and somebody hears them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from policy.delivery import queues
from policy.pair import CLUSTER, Pair, pairs
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.values import UNKNOWN, Unknown

ALARM = "aws_cloudwatch_metric_alarm"
_ONE_REGION = {"AWS/Route53", "AWS/Billing", "AWS/CloudFront"}  # kept in us-east-1 alone


def _metrics(alarm: Resource) -> Iterator[dict[str, Any]]:
    """The metrics that an alarm is about, of its own or of its metric maths."""
    if alarm.values.get("metric_name"):
        yield alarm.values
    queries = alarm.blocks("metric_query", "metric")
    yield from [] if isinstance(queries, Unknown) else queries


@rule(
    "DSQL090",
    Severity.ADVICE,
    misses=True,
    reason="Nobody would know that transactions fail, or that events wait.",
    link=pages.ALARMS,
    cure="Add `aws_cloudwatch_metric_alarm`s; `monitoring` of modules/application makes a set.",
)
def there_are_alarms(plan: Plan) -> Iterator[Finding]:
    """A plan with clusters has alarms."""
    clusters = list(plan.of(CLUSTER))
    if clusters and not list(plan.of(ALARM)):
        yield broken(clusters[0], "nothing in the plan raises an alarm")


@rule(
    "DSQL091",
    Severity.WARNING,
    misses=True,
    reason="An alarm without an action changes its colour on a page that nobody has open.",
    link=pages.ALARM_ACTIONS,
    cure="Set `alarm_actions`, or name the alarm in a composite alarm that has some.",
)
def alarms_are_heard(plan: Plan) -> Iterator[Finding]:
    """Each alarm notifies somebody, itself or through a composite alarm."""
    composites = list(plan.of("aws_cloudwatch_composite_alarm"))
    rules = [one.values.get("alarm_rule") for one in composites]
    for alarm in plan.of(ALARM, "aws_cloudwatch_composite_alarm"):
        actions, name = alarm.values.get("alarm_actions"), alarm.values.get("alarm_name")
        named = any(isinstance(one, str) and isinstance(name, str) and name in one for one in rules)
        if alarm.flag("actions_enabled") is False:
            yield broken(alarm, "`actions_enabled` is false")
        elif not actions and not named:
            if any(isinstance(one, Unknown) for one in rules):
                yield unknown(alarm, "whether a composite alarm names it")
            else:
                yield broken(alarm, "has no `alarm_actions`, and no composite alarm names it")


@rule(
    "DSQL092",
    Severity.WARNING,
    misses=True,
    reason="Each Region has its own metrics: the side without the alarm fails in silence.",
    link=pages.METRICS,
    cure="Make the alarm in both Regions, from one list.",
)
def both_sides_have_the_same_alarms(plan: Plan) -> Iterator[Finding]:
    """What is watched in one Region of a pair is watched in the other."""
    found = pairs(plan)
    watched: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for alarm in plan.of(ALARM):
        names = sorted({f"{one.get('namespace')} {one.get('metric_name')}" for one in _metrics(alarm)})
        if names and not any(name.partition(" ")[0] in _ONE_REGION for name in names):
            watched[alarm.module, ", ".join(names)].append(alarm)
    for (module, metrics), alarms in watched.items():
        here = {alarm.region for alarm in alarms}
        # A root may hold several pairs, each in Regions of its own: the alarms are for the one beside them.
        beside = [pair for pair in found if module in {cluster.module for cluster in pair.clusters}]
        near = beside or [pair for pair in found if here & _regions(pair)]
        missing = sorted(frozenset[str]().union(*map(_regions, near)) - here)
        if missing and None not in here:
            yield broken(alarms[0], f"nothing watches {metrics} in {', '.join(missing)}")


def _regions(pair: Pair) -> frozenset[str]:
    return frozenset(cluster.region for cluster in pair.clusters if cluster.region)


@rule(
    "DSQL093",
    Severity.ERROR,
    on=(ALARM,),
    reason="CloudWatch keeps the metrics of a cluster under its dimension; an alarm without one has no data for ever.",
    link=pages.METRICS,
    cure="Set `dimensions` with the identifier of the cluster.",
)
def alarms_of_a_cluster_name_it(alarm: Resource) -> Iterator[Finding]:
    """Each alarm on a metric of Aurora DSQL names the cluster."""
    for metric in _metrics(alarm):
        if metric.get("namespace") == "AWS/AuroraDSQL" and not metric.get("dimensions"):
            yield broken(alarm, f"has no `dimensions` for {metric.get('metric_name')}")


@rule(
    "DSQL094",
    Severity.WARNING,
    misses=True,
    reason="A dead-letter queue that nobody watches loses events two weeks later instead of at once.",
    link=pages.QUEUE_RETENTION,
    cure="Add an alarm on ApproximateNumberOfMessagesVisible of the queue.",
)
def dead_letters_raise_an_alarm(plan: Plan) -> Iterator[Finding]:
    """Where there are alarms, each dead-letter queue has one."""
    alarms = list(plan.of(ALARM))
    seen = [(one.region, metric) for one in alarms for metric in _metrics(one) if metric.get("namespace") == "AWS/SQS"]
    names = [
        (region, dict(given).get("QueueName"))
        for region, one in seen
        if isinstance(given := one.get("dimensions"), dict)
    ]
    hidden = any(isinstance(one.get("dimensions"), Unknown) for _, one in seen) or UNKNOWN in [
        name for _, name in names
    ]
    modules = {alarm.module for alarm in alarms}
    for queue in queues(plan, dead_letters=True):
        if queue.module in modules and (queue.region, queue.text("name")) not in names:
            if hidden or isinstance(queue.values.get("name"), Unknown):
                yield unknown(queue, "whether an alarm watches it")
            else:
                yield broken(queue, "no alarm watches its messages")
