"""Checks of the HTTP API and of its name: who is let in, what the zone holds, what the health checks say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ops.aws import Aws
from ops.check import CheckFailedError, Section
from ops.deployment import Api, Deployment, Domain, Side
from ops.http_api import Reply, request

_REDEPLOY = "somebody changed it by hand: run `make deploy` again"
_UNSIGNED = {"AWS_IAM": 403, "JWT": 401, "NONE": 200}
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
_HEALTHY_SHARE = 0.18
_ROUTING = ("Failover", "Region", "Weight")


def lets_in(aws: Aws, stack: Deployment, side: Side) -> str:
    """The Region's API answers, and refuses who does not sign or bring a token, unless it is open to all."""
    api = _api(stack)
    url = f"{api.urls[side.role]}/health"
    bare = _asked(aws, url, None)
    if bare.status != _UNSIGNED[api.authorization]:
        raise CheckFailedError(
            f"{bare.status} without signature or token",
            f"{_UNSIGNED[api.authorization]} with authorization {api.authorization}",
            f"a route, its authorization, the stage or the function's permission was changed: {_REDEPLOY}",
        )
    if api.authorization != "AWS_IAM":
        return f"{bare.status} without a token"
    signed = _asked(aws, url, side.region)
    if signed.status != 200:
        cause = "the function fails or may not be invoked by the API; or these credentials may not `execute-api:Invoke`"
        raise CheckFailedError(f"{signed} signed", "200", cause)
    return f"{signed.status} signed, {bare.status} unsigned"


def _asked(aws: Aws, url: str, region: str | None) -> Reply:
    try:
        return request(aws, "GET", url, sign_for=region)
    except OSError as error:
        raise CheckFailedError(f"no answer from {url}: {error}", "an answer", "the Region does not answer") from error


def custom_domain(aws: Aws, stack: Deployment, side: Side) -> str:
    """The Region takes requests to the name, with a certificate that is issued, and hands them to its own API."""
    api, domain = _named(stack)
    gateway = aws.client("apigatewayv2", side.region)
    (configuration,) = gateway.get_domain_name(DomainName=domain.name)["DomainNameConfigurations"]
    arn = configuration["CertificateArn"]
    certificate = aws.client("acm", side.region).describe_certificate(CertificateArn=arn)["Certificate"]
    if certificate["Status"] != "ISSUED":
        raise CheckFailedError(
            f"the certificate {arn} is {certificate['Status']}",
            "ISSUED",
            "its validation record has gone from the zone, so that it was not issued or not renewed",
        )
    status = configuration.get("DomainNameStatus", "AVAILABLE")
    if status != "AVAILABLE":
        cause = configuration.get("DomainNameStatusMessage") or "API Gateway has not finished"
        raise CheckFailedError(f"the domain is {status}", "AVAILABLE", cause)
    mappings = [
        (found["ApiId"], found["Stage"]) for found in gateway.get_api_mappings(DomainName=domain.name).get("Items", [])
    ]
    if mappings != [(api.id(side), "$default")]:
        raise CheckFailedError(
            f"{domain.name} is mapped to {mappings}", f"{api.id(side)}, $default", f"requests go astray: {_REDEPLOY}"
        )
    return f"{domain.name} to {api.id(side)}, certificate ISSUED"


def health_check(aws: Aws, stack: Deployment, side: Side) -> str:
    """The health check asks this Region's API, is drained if the configuration says so, and sees the Region well."""
    api, domain = _named(stack)
    route53, check = aws.client("route53", side.region), domain.health_checks[side.role]
    found = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    if found.get("FullyQualifiedDomainName") != api.host(side):
        raise CheckFailedError(f"{check} asks {found.get('FullyQualifiedDomainName')}", api.host(side), _REDEPLOY)
    drained = domain.drained == side.role
    states = found.get("Disabled", False), found.get("Inverted", False)
    if states != (drained, drained):
        raise CheckFailedError(
            f"{check} is disabled {states[0]}, inverted {states[1]}",
            f"both {drained}: {'drained' if drained else 'not drained'} by `api.domain.drained`",
            "a Region was drained or brought back by hand: set `drained` to what is meant, and apply",
        )
    if drained:
        return f"{check}, drained"
    seen = [one["StatusReport"]["Status"] for one in _observations(route53, check)]
    well = [status for status in seen if status.startswith("Success")]
    if seen and len(well) <= len(seen) * _HEALTHY_SHARE:
        ill = next(status for status in seen if not status.startswith("Success"))
        raise CheckFailedError(
            f"{len(well)} of {len(seen)} checkers find the Region well; {ill}",
            f"more than {_HEALTHY_SHARE:.0%}",
            "`GET /health/deep` does not answer 200: the name leads to the other Region meanwhile",
            Section.HEALTH,
        )
    return f"{check}, {len(well)} of {len(seen)} checkers find the Region well"


def _observations(route53: Any, check: str) -> list[dict[str, Any]]:
    return list(route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"])


def record(aws: Aws, stack: Deployment, side: Side) -> str:
    """The zone holds this Region's record of the name, with the policy, the health check and the target that it has."""
    _, domain = _named(stack)
    found = _records(aws, side, domain)
    if set(found) != {"primary", "secondary"}:
        seen = ", ".join(sorted(found)) or "nothing"
        raise CheckFailedError(
            f"the zone holds {seen} for {domain.name}", "primary, secondary", f"records went or came: {_REDEPLOY}"
        )
    here = found[side.role]
    policy = {name: here[name] for name in _ROUTING if name in here}
    if policy != (wanted := _policy(domain, side)):
        raise CheckFailedError(f"the record is answered by {policy}", f"{wanted}", _REDEPLOY)
    if here.get("HealthCheckId") != domain.health_checks[side.role]:
        raise CheckFailedError(
            f"the record asks the health check {here.get('HealthCheckId')}",
            domain.health_checks[side.role],
            f"the name would be answered with a Region that is ill: {_REDEPLOY}",
        )
    target = here.get("AliasTarget", {}).get("DNSName", "").rstrip(".")
    gateway = aws.client("apigatewayv2", side.region)
    (configuration,) = gateway.get_domain_name(DomainName=domain.name)["DomainNameConfigurations"]
    if target.lower() != configuration["ApiGatewayDomainName"].lower():
        raise CheckFailedError(
            f"the record leads to {target or 'no alias'}", configuration["ApiGatewayDomainName"], _REDEPLOY
        )
    return f"{domain.name} by {domain.routing} {policy}"


def _records(aws: Aws, side: Side, domain: Domain) -> dict[str, dict[str, Any]]:
    """The A records of the name, by their identifiers."""
    pages = aws.client("route53", side.region).get_paginator("list_resource_record_sets")
    start = {"StartRecordName": domain.name, "StartRecordType": "A"}
    found: dict[str, dict[str, Any]] = {}
    for page in pages.paginate(HostedZoneId=domain.zone_id, **start):
        for one in page["ResourceRecordSets"]:
            if one["Name"].rstrip(".") != domain.name:  # they are in order; what follows is of other names
                return found
            if one["Type"] == "A":
                found[one.get("SetIdentifier", "a record without identifier")] = one
    return found


def _policy(domain: Domain, side: Side) -> Mapping[str, Any]:
    policies: Mapping[str, Mapping[str, Any]] = {
        "failover": {"Failover": side.role.upper()},
        "latency": {"Region": side.region},
        "weighted": {"Weight": domain.weights[side.role]},
    }
    return policies[domain.routing]


def _api(stack: Deployment) -> Api:
    assert stack.api is not None, "asked only where there is an API"
    return stack.api


def _named(stack: Deployment) -> tuple[Api, Domain]:
    api = _api(stack)
    assert api.domain is not None, "asked only where there is a name"
    return api, api.domain
