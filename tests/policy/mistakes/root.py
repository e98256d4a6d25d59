"""Mistakes in the root that calls the module."""

from .edited import mistake


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
