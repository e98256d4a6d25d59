"""Rules on who may do what: connections as admin, wildcards, and doors that stand open."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator

from policy.iam import Statement, statements
from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.values import Unknown

_IDENTITY = ("aws_iam_role_policy", "aws_iam_policy", "aws_iam_user_policy", "aws_iam_group_policy")
_MIGRATION = re.compile(r"migrat|schema", re.IGNORECASE)
# Services whose actions all name the resource they are about, so that `*` is never needed.
_NAMED = (
    "dsql",
    "lambda",
    "events",
    "sqs",
    "sns",
    "kms",
    "secretsmanager",
    "s3",
    "dynamodb",
    "iam",
    "sts",
    "scheduler",
)
# Arguments of a provider that decide in which account it works.
_CREDENTIALS = ("access_key", "allowed_account_ids", "assume_role", "assume_role_with_web_identity", "profile")
_RESOURCE_POLICIES = (
    "aws_cloudwatch_event_bus_policy",
    "aws_dsql_cluster_policy",
    "aws_kms_key",
    "aws_s3_bucket_policy",
    "aws_sns_topic",
    "aws_sns_topic_policy",
    "aws_sqs_queue",
    "aws_sqs_queue_policy",
)


def _boundaries(plan: Plan) -> frozenset[str]:
    """Policies that are only limits of roles: those allow nothing by themselves."""
    used = [
        plan.configuration.targets(role.block, "permissions_boundary") for role in plan.of("aws_iam_role") if role.block
    ]
    return frozenset[str]().union(*(one.of("aws_iam_policy") for one in used))


def _allowed(plan: Plan) -> Iterator[tuple[Resource, Statement | None]]:
    """What identities are allowed; None for a policy that is unknown."""
    limits = _boundaries(plan)
    for policy in plan.of(*_IDENTITY):
        if policy.block is not None and policy.block.address in limits:
            continue
        given = policy.text("policy")
        if isinstance(given, Unknown):
            yield policy, None
        elif given is not None:
            for statement in statements(given, f"{policy.place}.policy"):
                if statement.allows:
                    yield policy, statement


@rule(
    "DSQL040",
    Severity.ERROR,
    reason="The database role admin may read and drop everything, and its grants cannot be taken away. What serves "
    "requests connects as a role of its own, by dsql:DbConnect.",
    link=pages.AUTHENTICATION,
    cure="Allow dsql:DbConnect, and grant the role what it needs in SQL; name the one role that migrates the schema "
    "after it (`migrate`, `schema`).",
)
def only_the_migration_connects_as_admin(plan: Plan) -> Iterator[Finding]:
    """Only the function that migrates the schema may connect as admin."""
    for policy, statement in _allowed(plan):
        role = policy.values.get("role")
        if _MIGRATION.search(f"{policy.address} {role if isinstance(role, str) else ''}"):
            continue
        if statement is None:
            yield unknown(policy, "policy")
        elif statement.covers("dsql:DbConnectAdmin"):
            yield broken(policy, f"allows dsql:DbConnectAdmin ({', '.join(statement.actions)})")


@rule(
    "DSQL041",
    Severity.ERROR,
    reason="A wildcard grants what the service learns next year too; dsql:* includes DeleteCluster.",
    link=pages.LEAST_PRIVILEGE,
    cure="Name the actions.",
)
def actions_are_named(plan: Plan) -> Iterator[Finding]:
    """No policy allows all actions of a service, or of all services."""
    for policy, statement in _allowed(plan):
        if statement is None:
            yield unknown(policy, "policy")
            continue
        for action in statement.actions:
            if action == "*" or action.endswith(":*"):
                yield broken(policy, f"allows `{action}`")


@rule(
    "DSQL042",
    Severity.ERROR,
    reason="With all clusters allowed, whoever takes over one function reads the databases of the others.",
    link=pages.LEAST_PRIVILEGE,
    cure="Give the ARN of the cluster of the function's own Region.",
)
def connections_are_to_named_clusters(plan: Plan) -> Iterator[Finding]:
    """No policy allows to connect to any cluster."""
    for policy, statement in _allowed(plan):
        if statement is None:
            yield unknown(policy, "policy")
        elif statement.covers("dsql:DbConnect") or statement.covers("dsql:DbConnectAdmin"):
            for resource in statement.resources:
                if resource == "*" or resource.endswith(("cluster/*", ":*")):
                    yield broken(policy, f"allows connections to `{resource}`")


@rule(
    "DSQL043",
    Severity.WARNING,
    reason="The function could then put events on any bus, invoke any function or read any key of the account.",
    link=pages.LEAST_PRIVILEGE,
    cure="Give the ARN; built from names it is known at plan too.",
)
def resources_are_named(plan: Plan) -> Iterator[Finding]:
    """No policy allows an action on all resources where AWS lets it name them."""
    for policy, statement in _allowed(plan):
        if statement is None:
            yield unknown(policy, "policy")
            continue
        named = sorted({action for action in statement.actions if action.partition(":")[0] in _NAMED})
        if "*" in statement.resources and named and not statement.conditions:
            yield broken(policy, f"allows {', '.join(named)} on `*`")


@rule(
    "DSQL044",
    Severity.CRITICAL,
    on=("aws_iam_role",),
    reason="Anyone with an AWS account could assume the role.",
    link=pages.PRINCIPAL,
    cure="Name the service, the account or the role that assumes it.",
)
def roles_trust_somebody(role: Resource) -> Iterator[Finding]:
    """No role can be assumed by everyone."""
    given = role.text("assume_role_policy")
    if isinstance(given, Unknown):
        yield unknown(role, "assume_role_policy")
    elif given is not None:
        for statement in statements(given, f"{role.place}.assume_role_policy"):
            if statement.is_for_everyone:
                yield broken(role, "trusts the principal `*` without a condition")


@rule(
    "DSQL045",
    Severity.ERROR,
    on=_RESOURCE_POLICIES,
    reason="Whoever knows the ARN could put events, read messages or use the key.",
    link=pages.PRINCIPAL,
    cure="Name the principal, or add a condition on aws:SourceArn or aws:PrincipalOrgID.",
)
def resource_policies_name_a_principal(resource: Resource) -> Iterator[Finding]:
    """No bus, queue, topic, key or cluster is open to everyone."""
    given = resource.text("policy")
    if isinstance(given, Unknown):
        if resource.block is None or resource.block.sets("policy"):
            yield unknown(resource, "policy")
    elif given:
        for statement in statements(given, f"{resource.place}.policy"):
            if statement.is_for_everyone:
                yield broken(resource, "allows the principal `*` without a condition")


@rule(
    "DSQL046",
    Severity.ERROR,
    on=("aws_lambda_permission",),
    reason="Without its source, a rule, API or topic of any account could invoke the function through the service.",
    link=pages.FUNCTION_PERMISSIONS,
    cure="Set `source_arn`, or `source_account`.",
)
def permissions_name_their_source(permission: Resource) -> Iterator[Finding]:
    """Each permission of a service to invoke a function says for which source."""
    principal = permission.text("principal")
    named = any(permission.values.get(name) for name in ("source_arn", "source_account", "principal_org_id"))
    if isinstance(principal, Unknown):
        yield unknown(permission, "principal")
    elif principal is not None and (principal == "*" or principal.endswith(".amazonaws.com")) and not named:
        yield broken(permission, f'lets "{principal}" invoke for any source')


@rule(
    "DSQL047",
    Severity.ERROR,
    reason="IAM has one space of names for all Regions; the second role fails the apply, half-way.",
    link=pages.NAMES,
    cure="Put the side or the Region into the name.",
)
def role_names_differ(plan: Plan) -> Iterator[Finding]:
    """No two roles have the same name."""
    by_name: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    for role in plan.of("aws_iam_role"):
        name = role.text("name")
        if isinstance(name, str):
            by_name[name.lower()][_credentials(plan, role)].append(role)
    for accounts in by_name.values():
        first, *others = accounts.values()
        for same in (first, *others):
            for role in same[1:]:
                yield broken(role, f"has the name of {same[0].address}, {role.values['name']}")
        for other in others:
            yield unknown(other[0], f"whether its account is that of {first[0].address}, which has the same name")


def _credentials(plan: Plan, resource: Resource) -> str:
    """What its provider is given to reach an account by: the same for two providers of one account."""
    provider = None if resource.block is None else plan.configuration.provider(resource.block)
    given = {} if provider is None else provider.get("expressions").object()
    return json.dumps({name: given[name] for name in _CREDENTIALS if name in given})


@rule(
    "DSQL048",
    Severity.WARNING,
    on=("aws_iam_role",),
    reason="EventBridge acts for every account; without a condition a rule or schedule of another account that knows "
    "the ARN could use the role.",
    link=pages.CONFUSED_DEPUTY,
    cure='Add `Condition = { StringEquals = { "aws:SourceAccount" = ... } }`.',
)
def deputies_act_for_this_account(role: Resource) -> Iterator[Finding]:
    """A role of EventBridge or its scheduler says for which account or source."""
    given = role.text("assume_role_policy")
    if not isinstance(given, str):
        return
    for statement in statements(given, f"{role.place}.assume_role_policy"):
        named = {name for kind, name in statement.principals if kind == "Service"}
        deputies = sorted(named & {"events.amazonaws.com", "scheduler.amazonaws.com", "pipes.amazonaws.com"})
        if statement.allows and deputies and not {"aws:sourceaccount", "aws:sourcearn"} & set(statement.conditions):
            yield broken(role, f"trusts {deputies[0]} for any account")
