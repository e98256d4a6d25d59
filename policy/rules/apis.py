"""Rules on what callers reach: nobody unknown, and nobody without end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy.plan import Plan, Resource
from policy.rule import Finding, Severity, broken, rule, unknown
from policy.rules import pages
from policy.values import Unknown

_ARGUMENTS = {
    "aws_apigatewayv2_route": "authorization_type",
    "aws_api_gateway_method": "authorization",
    "aws_lambda_function_url": "authorization_type",
}
# A browser's preflight carries no token; Route 53 cannot sign what it asks:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
_OPEN = re.compile(r"OPTIONS( .*)?$|GET /health(/[a-z]+)?$")


@rule(
    "DSQL080",
    Severity.CRITICAL,
    on=tuple(_ARGUMENTS),
    reason="Everyone on the internet could write transactions.",
    link=pages.API_ACCESS,
    cure="Set AWS_IAM, JWT or an authorizer of your own.",
)
def callers_are_known(way: Resource) -> Iterator[Finding]:
    """Each route of an API, and each function URL, has an authorization, but for OPTIONS and GET /health(/...)."""
    argument = _ARGUMENTS[way.kind]
    given = way.text(argument)
    route = way.values.get("route_key") or way.values.get("http_method")
    if isinstance(route, str) and _OPEN.match(route):
        return
    if isinstance(given, Unknown):
        yield unknown(way, argument)
    elif given in (None, "NONE"):
        yield broken(way, f"{route if isinstance(route, str) else 'the URL'} is open to everyone: `{argument}` is NONE")


@rule(
    "DSQL081",
    Severity.WARNING,
    on=("aws_apigatewayv2_stage",),
    reason="One caller could take all connections of the cluster, and all of the account's concurrency.",
    link=pages.API_THROTTLING,
    cure="Set `throttling_rate_limit` and `throttling_burst_limit` in `default_route_settings`.",
)
def requests_are_limited(stage: Resource) -> Iterator[Finding]:
    """Each stage of an API limits the requests."""
    given = stage.blocks("default_route_settings")
    if isinstance(given, Unknown):
        yield unknown(stage, "default_route_settings")
    elif not any(one.get("throttling_rate_limit") and one.get("throttling_burst_limit") for one in given):
        yield broken(stage, "has no `throttling_rate_limit` and `throttling_burst_limit`")


@rule(
    "DSQL082",
    Severity.WARNING,
    on=("aws_apigatewayv2_stage",),
    reason="A request that no function saw, refused or throttled, is in no other log.",
    link=pages.API_LOGS,
    cure="Add `access_log_settings`.",
)
def requests_are_logged(stage: Resource) -> Iterator[Finding]:
    """Each stage of an API logs the requests."""
    given = stage.blocks("access_log_settings")
    if isinstance(given, Unknown):
        yield unknown(stage, "access_log_settings")
    elif not given:
        yield broken(stage, "has no `access_log_settings`")


@rule(
    "DSQL083",
    Severity.WARNING,
    on=("aws_apigatewayv2_api", "aws_lambda_function_url"),
    reason="A page of anyone could call the API with what the reader's browser has.",
    link=pages.API_CORS,
    cure="Name the origins.",
)
def origins_are_named(api: Resource) -> Iterator[Finding]:
    """No API lets pages of all origins call it."""
    given = api.blocks("cors_configuration" if api.kind == "aws_apigatewayv2_api" else "cors")
    if isinstance(given, Unknown):
        yield unknown(api, "cors_configuration")
        return
    for one in given:
        origins = one.get("allow_origins")
        if isinstance(origins, Unknown):
            yield unknown(api, "allow_origins")
        elif isinstance(origins, list) and "*" in origins:
            yield broken(api, "allows the origin `*`")


@rule(
    "DSQL084",
    Severity.WARNING,
    misses=True,
    reason="A client that is sent to the other Region would find less there.",
    link=pages.MULTI_REGION,
    cure="Give both sides the same routes, from one list.",
)
def both_sides_have_the_same_routes(plan: Plan) -> Iterator[Finding]:
    """An API of two Regions has the same routes, with the same authorization, in both."""
    sides: dict[str, dict[str | None, dict[object, object]]] = {}
    first: dict[tuple[str, str | None], Resource] = {}
    for route in plan.of("aws_apigatewayv2_route"):
        of_region = sides.setdefault(route.module, {}).setdefault(route.region, {})
        of_region[repr(route.values.get("route_key"))] = route.values.get("authorization_type")
        first.setdefault((route.module, route.region), route)
    for module, regions in sides.items():
        for region, routes in list(regions.items())[1:]:
            (other_region, other), *_ = regions.items()
            different = sorted(str(key) for key in {*routes, *other} if routes.get(key, 0) != other.get(key, 0))
            if different:
                said = ", ".join(one.strip("'") for one in different)
                yield broken(first[module, region], f"{region} and {other_region} differ in {said}")
