"""Rules on the root: versions, providers, tags, and how it is applied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy.pair import CLUSTER, PEERING, pairs
from policy.plan import Plan
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.shape import Node
from policy.values import Unknown

_LOWER = re.compile(r"(>=|~>|=|>|^)\s*v?(\d+)(?:\.(\d+))?(?:\.\d+)?$")
_UPPER = re.compile(r"(<=?|~>|=|^)\s*v?\d")
_FIRST = (5, 100)  # that has Aurora DSQL
_SERIAL = re.compile(r"-parallelism[= ]1(?!\d)")


def _aws(plan: Plan, *, in_modules: bool = False) -> Iterator[tuple[str, Node]]:
    for key, provider in plan.configuration.providers.items():
        full = provider.get("full_name").value
        if (
            isinstance(full, str)
            and full.endswith("/aws")
            and (provider.get("module_address").value is not None) == in_modules
        ):
            yield key, provider


@rule(
    "DSQL100",
    Severity.ERROR,
    reason="Earlier versions of the AWS provider have no Aurora DSQL, and without a constraint each `init` may take "
    "another one.",
    link=pages.PROVIDER_VERSIONS,
    cure='Give `required_providers` the version, such as ">= 5.100.0, < 7.0.0".',
)
def the_provider_has_a_lowest_version(plan: Plan) -> Iterator[Finding]:
    """The root asks for a version of the AWS provider that has Aurora DSQL."""
    given = {str(provider.get("version_constraint").value or "") for _, provider in _aws(plan)}
    for constraint in sorted(given):
        lowest = [found for part in constraint.split(",") if (found := _LOWER.match(part.strip()))]
        if not constraint:
            yield broken("root", "`required_providers` gives no version of the AWS provider")
        elif not any((int(one[2]), int(one[3] or 0)) >= _FIRST for one in lowest):
            yield broken("root", f'the AWS provider may be "{constraint}", at least 5.100 is needed')


@rule(
    "DSQL101",
    Severity.WARNING,
    reason="The next major version changes defaults: version 6 turned deletion protection off where it is not set.",
    link=pages.PROVIDER_VERSIONS,
    cure='Add an upper bound, such as "< 7.0.0".',
)
def the_provider_has_a_highest_version(plan: Plan) -> Iterator[Finding]:
    """The root does not take the next major version of the AWS provider by itself."""
    for constraint in sorted({str(provider.get("version_constraint").value or "") for _, provider in _aws(plan)}):
        if constraint and not any(_UPPER.match(part.strip()) for part in constraint.split(",")):
            yield broken("root", f'the AWS provider may be "{constraint}", without an upper bound')


@rule(
    "DSQL102",
    Severity.WARNING,
    reason="A module with a provider of its own takes no count, for_each or depends_on, and cannot be removed without "
    "losing what destroys its resources.",
    link=pages.PROVIDERS_IN_MODULES,
    cure="Declare `configuration_aliases` in the module, and pass providers from the root.",
)
def modules_have_no_provider(plan: Plan) -> Iterator[Finding]:
    """Only the root configures providers."""
    for _, provider in _aws(plan, in_modules=True):
        if provider.get("expressions").object():
            yield broken(provider.get("module_address").text(), "configures a provider")


@rule(
    "DSQL103",
    Severity.ERROR,
    reason="Each peering waits for the other one: one after the other, they wait for their timeout of 30 minutes; so "
    "do two clusters that are deleted.",
    link=pages.PEERING,
    cure="Unset `-parallelism` in TF_CLI_ARGS; the default is 10.",
)
def the_apply_is_parallel(plan: Plan) -> Iterator[Finding]:
    """Peered clusters are not applied with -parallelism=1."""
    for name in ("TF_CLI_ARGS", "TF_CLI_ARGS_apply", "TF_CLI_ARGS_destroy"):
        if _SERIAL.search(plan.environment.get(name, "")) and pairs(plan):
            yield broken("root", f"{name} is {plan.environment[name]!r}")


@rule(
    "DSQL104",
    Severity.ADVICE,
    reason="Each peering waits for the other one; with -parallelism=1 they wait for their timeout.",
    link=pages.PEERING,
    cure="Apply with the default parallelism of 10; nothing in a plan says what the apply will use.",
)
def peerings_need_a_parallel_apply(plan: Plan) -> Iterator[Finding]:
    """Whoever applies peerings, or deletes them, does not use -parallelism=1."""
    for peering in [one for one in plan.of(PEERING) if "create" in one.actions][:1]:
        yield broken(peering, "would be created, together with its mirror")


@rule(
    "DSQL105",
    Severity.WARNING,
    reason="What has no tags is in no cost report, and is left behind by whoever cleans up by tag.",
    link=pages.TAGS,
    cure="Give it the tags of the cluster, from one variable or by the provider's `default_tags`.",
)
def what_belongs_together_has_the_same_tags(plan: Plan) -> Iterator[Finding]:
    """What is made beside a cluster has the tags that the cluster has, but for its Name."""
    wanted: dict[str, set[str]] = {}
    for cluster in plan.of(CLUSTER):
        tags = cluster.mapping("tags_all")
        if isinstance(tags, Unknown):
            yield unknown(cluster, "tags")
            continue
        keys = set(tags) - {"Name"}
        wanted[cluster.module] = wanted.get(cluster.module, keys) & keys
    for resource in plan.resources:
        keys = wanted.get(resource.module, set())
        if resource.stays and keys and "tags_all" in resource.values and resource.block:
            tags = resource.mapping("tags_all")
            missing = set() if isinstance(tags, Unknown) else keys - set(tags)
            if isinstance(tags, Unknown) and not resource.block.sets("tags"):
                missing = keys
            if missing:
                yield broken(resource, f"has no tag {', '.join(sorted(missing))}")
