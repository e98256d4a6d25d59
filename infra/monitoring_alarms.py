"""The alarms, as data: one for each promise that the README makes, the same in both Regions.

docs/operations.md has a section for each: what it means, the likely cause, the cure.
"""

from infra.alarm import BREACHING, IGNORE, NOT_BREACHING, QUIET, Alarm
from infra.monitoring_api import api_alarms
from infra.monitoring_backup import backup_alarms
from infra.monitoring_metrics import administrators, cluster, function, logged, rule, waiting


def alarms(side: str) -> tuple[Alarm, ...]:
    """Every metric alarm of a Region."""
    return (*_serving(side), *api_alarms(side), *_flow(side), *_guards(side), *backup_alarms())


def _serving(side: str) -> tuple[Alarm, ...]:
    silence = "without invocations there is nothing to fail"
    return (
        Alarm(
            "errors",
            "The transactions function fails.",
            (function(side, "transactions", "Errors"),),
            "Sum",
            1,
            NOT_BREACHING,
            silence,
            points=3,
            of=5,
            serving=True,
        ),
        Alarm(
            "slow",
            "One in a hundred requests to the transactions function takes longer than an attempt may, in milliseconds.",
            (function(side, "transactions", "Duration"),),
            "p99",
            5000,
            NOT_BREACHING,
            silence,
            points=3,
            of=5,
            serving=True,
        ),
        Alarm(
            "throttles",
            "Lambda turns requests to the transactions function away.",
            (function(side, "transactions", "Throttles"),),
            "Sum",
            1,
            NOT_BREACHING,
            silence,
            points=3,
            of=5,
            serving=True,
        ),
        Alarm(
            "circuit",
            "The transactions function has stopped asking the database.",
            (logged(side, "transactions", "CircuitOpen", dependency="database"),),
            "Maximum",
            1,
            NOT_BREACHING,
            "an open circuit says so again after each failed probe, at least every 15 s under traffic",
            points=2,
            of=3,
            serving=True,
        ),
    )


def _flow(side: str) -> tuple[Alarm, ...]:
    held = "SQS stops to report a queue that nobody touches; what lies in it stays there"
    return (
        Alarm(
            "outbox",
            "An event has waited in the outbox for longer than five runs of the relay, in seconds.",
            (logged(side, "transactions", "OutboxOldestAge"),),
            "Maximum",
            300,
            IGNORE,
            "the writer measures; without a write nobody knows, and what was known still holds",
            points=2,
            of=2,
        ),
        Alarm(
            "relay",
            "The relay has not run for five minutes, although a schedule invokes it each minute.",
            (function(side, "relay", "Invocations"),),
            "Sum",
            1,
            BREACHING,
            "a function that is not invoked has no metric, and that is the fault",
            period=300,
            below=True,
        ),
        Alarm(
            "parked",
            "The bus refused events for good; they are in the table outbox_dead.",
            (logged(side, "relay", "EventsParked"),),
            "Sum",
            1,
            NOT_BREACHING,
            "the relay reports only what it parks",
        ),
        Alarm(
            "forward",
            "EventBridge gave up bringing events to the other Region.",
            (rule(side, "forward", "FailedInvocations"),),
            "Sum",
            1,
            NOT_BREACHING,
            "EventBridge reports failures only, never zero",
        ),
        Alarm(
            "delivery",
            "One in a hundred events takes longer than a minute from the bus to the other Region, in milliseconds.",
            (rule(side, "forward", "IngestionToInvocationSuccessLatency"),),
            "p99",
            60000,
            NOT_BREACHING,
            "without events there is nothing to be late",
            points=3,
            of=5,
        ),
        Alarm(
            "lag",
            "One in a hundred events is recorded over a minute after its write in the other Region, in seconds.",
            (logged(side, "consumer", "ReplicationLag"),),
            "p99",
            60,
            NOT_BREACHING,
            "without events there is nothing to be late; what waits there, the other Region's alarms tell",
            points=3,
            of=5,
        ),
        Alarm(
            "consumer",
            "The consumer fails on events of the other Region.",
            (function(side, "consumer", "Errors"),),
            "Sum",
            1,
            NOT_BREACHING,
            "without events there is nothing to fail",
            points=3,
            of=5,
        ),
        Alarm(
            "undelivered",
            "EventBridge put events into the queue of undelivered events.",
            (waiting(side, "undelivered"),),
            "Maximum",
            1,
            IGNORE,
            held,
        ),
        Alarm(
            "failed",
            "The relay or the consumer failed for good; the invocation is in the queue of failures.",
            (waiting(side, "failed"),),
            "Maximum",
            1,
            IGNORE,
            held,
        ),
        Alarm(
            "rounds",
            "More events leave the Region than it has requests, by more than a thousand an hour: events go round.",
            (rule(side, "forward", "MatchedEvents"), function(side, "transactions", "Invocations")),
            "Sum",
            1000,
            NOT_BREACHING,
            "without events nothing goes round",
            period=3600,
            expression="m1 - FILL(m2, 0)",
        ),
        Alarm(
            QUIET,
            "Nothing has come from the other Region for 15 minutes; by itself no fault.",
            (rule(side, "receive", "MatchedEvents"),),
            "Sum",
            1,
            BREACHING,
            "a rule that no event matches has no metric, and silence is the question",
            period=900,
            below=True,
        ),
    )


def _guards(side: str) -> tuple[Alarm, ...]:
    return (
        Alarm(
            "admin",
            "Somebody connected as admin in an hour in which no schema migration ran.",
            (administrators(side), function(side, "migrate", "Invocations")),
            "Sum",
            1,
            NOT_BREACHING,
            "nobody connected",
            period=3600,
            expression="IF(FILL(m2, 0) > 0, 0, m1)",
        ),
        Alarm(
            "spending",
            "The cluster used more DPUs in a day than expected.",
            (cluster(side, "TotalDPU", "usage"),),
            "Sum",
            100000,
            NOT_BREACHING,
            "an idle cluster uses nothing",
            period=86400,
        ),
    )
