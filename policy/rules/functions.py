"""Rules on functions: failures kept, no secret in the open, both sides alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from policy.configuration import references
from policy.delivery import TARGET
from policy.pair import CLUSTER, PEERING, links
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, rule, shown, unknown
from policy.rules import pages
from policy.values import Unknown

FUNCTION = "aws_lambda_function"
_INVOKE = "aws_lambda_function_event_invoke_config"
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE)
_REFERENCE_NAME = re.compile(r"_(ARN|NAME|ID|PATH|URL|SECONDS|TTL)$", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]+:[^/\s@]+@")
# Deprecated, so that AWS gives no more fixes: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
_OLD = re.compile(
    r"python(2\.7|3\.[6-9])$|nodejs(\d|1\d)(\.x)?$|nodejs(4|6|8)|java8$|dotnet(core.*|6)$|go1\.x|ruby[23]\.[0-2]$"
)


def _same(one: Resource, other: Resource) -> bool:
    name = one.values.get("function_name")
    return name in (other.values.get("function_name"), other.values.get("arn")) and one.region == other.region


def _asynchronous(plan: Plan) -> list[Resource]:
    """Functions that somebody invokes without waiting for the answer."""
    found: dict[str, Resource] = {}
    for kind, argument in (
        (TARGET, "arn"),
        ("aws_scheduler_schedule", "target"),
        ("aws_sns_topic_subscription", "endpoint"),
    ):
        for source in plan.of(kind):
            found |= {one.address: one for one in plan.referred(source, argument, FUNCTION)}
    return list(found.values())


@rule(
    "DSQL070",
    Severity.ERROR,
    misses=True,
    reason="Lambda drops an asynchronous event after its retries; only a destination or a dead-letter queue keeps it.",
    link=pages.ASYNC,
    cure="Add an `aws_lambda_function_event_invoke_config` with `destination_config.on_failure`.",
)
def failures_are_kept(plan: Plan) -> Iterator[Finding]:
    """Each function that is invoked asynchronously keeps what it fails on."""
    for function in _asynchronous(plan):
        kept = function.blocks("dead_letter_config")
        for config in plan.of(_INVOKE):
            if _same(config, function) or function in plan.referred(config, "function_name", FUNCTION):
                failed = config.blocks("destination_config", "on_failure")
                kept = (
                    kept if isinstance(kept, Unknown) else failed if isinstance(failed, Unknown) else [*kept, *failed]
                )
        if isinstance(kept, Unknown):
            yield unknown(function, "where its failures go")
        elif not kept:
            yield broken(function, "is invoked asynchronously, and has no destination for failures")


@rule(
    "DSQL071",
    Severity.ERROR,
    on=(FUNCTION,),
    reason="Whoever may read the function's configuration, the state or this plan reads the secret. DSQL needs none: "
    "a function connects with a token that it makes from its role.",
    link=pages.ENVIRONMENT,
    cure="Keep it in Secrets Manager, and give the function its ARN.",
)
def secrets_are_not_in_the_environment(function: Resource) -> Iterator[Finding]:
    """No environment variable of a function holds a secret."""
    for block in found if not isinstance(found := function.blocks("environment"), Unknown) else [{"variables": found}]:
        given = block.get("variables")
        if isinstance(given, Unknown):
            yield unknown(function, "environment.variables")
        for name, value in given.items() if isinstance(given, dict) else ():
            if not isinstance(value, str) or value.startswith(("arn:", "{{resolve:")):
                continue
            named = _SECRET_NAME.search(name) and not _REFERENCE_NAME.search(name) and value
            if named or _SECRET_VALUE.search(value):
                yield broken(function, f"the variable {name} holds what looks like a secret")


@rule(
    "DSQL072",
    Severity.WARNING,
    on=(FUNCTION,),
    reason="A deprecated runtime gets no security fixes, and AWS blocks its updates some months later.",
    link=pages.RUNTIMES,
    cure="Build the package for a supported runtime.",
)
def runtimes_are_supported(function: Resource) -> Iterator[Finding]:
    """Each function runs on a runtime that AWS supports."""
    runtime = function.text("runtime")
    if isinstance(runtime, Unknown):
        yield unknown(function, "runtime")
    elif runtime and _OLD.match(runtime):
        yield broken(function, f'its runtime "{runtime}" is deprecated')


@rule(
    "DSQL073",
    Severity.ERROR,
    on=(FUNCTION,),
    reason="A reserved concurrency of 0 throttles each invocation: the function is switched off.",
    link=pages.CONCURRENCY,
    cure="Set `reserved_concurrent_executions` to -1, or to more than 0.",
)
def functions_are_on(function: Resource) -> Iterator[Finding]:
    """No function is switched off."""
    if function.number("reserved_concurrent_executions") == 0:
        yield broken(function, "`reserved_concurrent_executions` is 0")


@rule(
    "DSQL074",
    Severity.WARNING,
    reason="Clients are sent to either side: different code or limits make errors that come and go with the Region.",
    link=pages.MULTI_REGION,
    cure="Give both sides the same package, runtime, memory and timeout, from one variable.",
)
def both_sides_run_the_same(plan: Plan) -> Iterator[Finding]:
    """The functions of both Regions run the same code with the same limits."""
    sides: dict[tuple[object, ...], list[Resource]] = defaultdict(list)
    for function in plan.of(FUNCTION):
        sides[(function.module, function.text("handler"), function.index)].append(function)
    compared = ("source_code_hash", "runtime", "memory_size", "timeout", "architectures")
    for found in sides.values():
        if len(found) != 2 or found[0].region == found[1].region:
            continue
        for name in compared:
            one, other = (side.values.get(name) for side in found)
            if isinstance(one, Unknown) or isinstance(other, Unknown):
                yield unknown(found[1], name)
            elif one != other:
                yield broken(found[1], f"`{name}` is {shown(other)}, on the other side {shown(one)}")


@rule(
    "DSQL075",
    Severity.ERROR,
    reason="A function that connects to the other Region pays the distance with each statement, and is gone with that "
    "Region although its own is well.",
    link=pages.MULTI_REGION,
    cure="Give the function the endpoint of the cluster of its own Region.",
)
def functions_use_the_cluster_nearby(plan: Plan) -> Iterator[Finding]:
    """A function connects to the cluster of its own Region."""
    for function in plan.of(FUNCTION):
        used = plan.referred(function, "environment", CLUSTER)
        if function.region and used and function.region not in {cluster.region for cluster in used}:
            yield broken(function, f"is in {function.region} and connects to {used[0].address} in {used[0].region}")


@rule(
    "DSQL076",
    Severity.WARNING,
    reason="Both sides are one database: two migrations at once change the same catalog, and one of them fails by a "
    "conflict.",
    link=pages.MULTI_REGION,
    cure="Invoke the migration in one Region.",
)
def the_schema_is_migrated_once(plan: Plan) -> Iterator[Finding]:
    """The schema of a pair is migrated from one Region."""
    by_handler: dict[tuple[object, ...], list[Resource]] = defaultdict(list)
    for invocation in plan.of("aws_lambda_invocation"):
        for function in plan.referred(invocation, "function_name", FUNCTION):
            by_handler[(invocation.module, function.text("handler"))].append(invocation)
    for found in by_handler.values():
        for again in found[1:]:
            if again.region != found[0].region:
                yield broken(again, f"invokes what {found[0].address} invokes in {found[0].region}")


@rule(
    "DSQL077",
    Severity.ERROR,
    reason="Terraform calls a cluster created that is still in PENDING_SETUP and takes no connection.",
    link=pages.MULTI_REGION,
    cure="Add the link, or both peerings, to `depends_on`.",
)
def what_connects_waits_for_the_link(plan: Plan) -> Iterator[Finding]:
    """What is invoked during the apply waits until the clusters are linked."""
    if not links(plan):
        return
    steps = [one for one in plan.of(PEERING, "terraform_data", "null_resource") if one.block is not None]
    for invocation in plan.of("aws_lambda_invocation"):
        if invocation.block is None:
            continue
        reached = plan.configuration.reach(invocation.block.address)
        for step in steps:
            if step.block is None or step.module != invocation.module:
                continue
            clusters = plan.configuration.dependencies(step.block).of(CLUSTER)
            if clusters and step.block.address not in reached:
                yield broken(invocation, f"does not depend on {step.block.address}")


@rule(
    "DSQL078",
    Severity.WARNING,
    on=("aws_cloudwatch_log_group",),
    reason="Logs without an end cost more each month, and keep what data protection wants gone.",
    link=pages.LOG_RETENTION,
    cure="Set `retention_in_days`.",
)
def logs_end(group: Resource) -> Iterator[Finding]:
    """Each log group says how long it keeps its events."""
    kept = group.number("retention_in_days")
    if isinstance(kept, Unknown):
        yield unknown(group, "retention_in_days")
    elif not kept:
        yield broken(group, "`retention_in_days` is not set: events are kept for ever")


@rule(
    "DSQL079",
    Severity.WARNING,
    misses=True,
    reason="Lambda makes the group itself where there is none: without retention, tags or encryption, and it stays "
    "after a destroy.",
    link=pages.LOG_RETENTION,
    cure="Add the `aws_cloudwatch_log_group`, and name it in `logging_config`.",
)
def functions_have_a_log_group(plan: Plan) -> Iterator[Finding]:
    """Each function logs to a group of the plan."""
    groups = {(one.region, one.text("name")) for one in plan.of("aws_cloudwatch_log_group")}
    for function in plan.of(FUNCTION):
        settings = function.blocks("logging_config")
        given = (
            [] if isinstance(settings, Unknown) else [one.get("log_group") for one in settings if one.get("log_group")]
        )
        name = given[0] if given else f"/aws/lambda/{function.values.get('function_name')}"
        if isinstance(settings, Unknown) or isinstance(name, Unknown):
            if not any(one.startswith("aws_cloudwatch_log_group.") for one in _logging(function)):
                yield unknown(function, "its log group")
        elif (function.region, str(name)) not in groups:
            yield broken(function, f"logs to {name}, which is not in the plan")


def _logging(function: Resource) -> list[str]:
    return references(function.block.expressions.get("logging_config")) if function.block else []
