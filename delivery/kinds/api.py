"""The HTTP API, and the name that both Regions answer to: domain, certificate, records and health checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from delivery.kinds.kind import Client, Existing, Kind, Values, newest, pages

_GATEWAY = "apigatewayv2"


def _api(client: Client, values: Values) -> Existing | None:
    apis = [api for api in pages(client(_GATEWAY), "get_apis", "Items") if api["Name"] == values["name"]]
    return newest([Existing(api["ApiId"], api.get("CreatedDate")) for api in apis])


def _part(operation: str, identifier: str, *same: tuple[str, str]) -> Callable[[Client, Values], Existing | None]:
    """A part of an API, found by arguments that have the same value there; AWS's name of each first."""

    def look(client: Client, values: Values) -> Existing | None:
        for part in pages(client(_GATEWAY), operation, "Items", ApiId=values["api_id"]):
            if all(part.get(theirs) == values[ours] for theirs, ours in same):
                return Existing(f"{values['api_id']}/{part[identifier]}", _made(client, values))
        return None

    return look


def _made(client: Client, values: Values) -> datetime | None:
    created: datetime | None = client(_GATEWAY).get_api(ApiId=values["api_id"]).get("CreatedDate")
    return created


def _stage(client: Client, values: Values) -> Existing | None:
    stage = client(_GATEWAY).get_stage(ApiId=values["api_id"], StageName=values["name"])
    return Existing(f"{values['api_id']}/{values['name']}", stage.get("CreatedDate"))


def _domain(client: Client, values: Values) -> Existing | None:
    """AWS does not tell a domain's age, but that of its certificate, which the same apply makes."""
    domain = client(_GATEWAY).get_domain_name(DomainName=values["domain_name"])
    arn = domain["DomainNameConfigurations"][0]["CertificateArn"]
    certificate = client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return Existing(values["domain_name"], certificate.get("CreatedAt"))


def _mapping(client: Client, values: Values) -> Existing | None:
    domain = values["domain_name"]
    for mapping in client(_GATEWAY).get_api_mappings(DomainName=domain)["Items"]:
        if mapping["ApiId"] == values["api_id"]:
            return Existing(f"{mapping['ApiMappingId']}/{domain}", _made(client, values))
    return None


def _certificate(client: Client, values: Values) -> Existing | None:
    acm = client("acm")
    found = []
    for listed in pages(acm, "list_certificates", "CertificateSummaryList"):
        arn = listed["CertificateArn"]
        if listed["DomainName"] == values["domain_name"] and _tagged(acm, arn, values):
            found.append(Existing(arn, acm.describe_certificate(CertificateArn=arn)["Certificate"].get("CreatedAt")))
    return newest(found)


def _tagged(acm: Any, arn: str, values: Values) -> bool:
    """Whether a certificate has our tags: another one for the same name may be the caller's."""
    tags = {tag["Key"]: tag.get("Value") for tag in acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]}
    return (values.get("tags") or {}).items() <= tags.items()


def _health_check(client: Client, values: Values) -> Existing | None:
    name = (values.get("tags") or {}).get("Name")
    route53 = client("route53")
    for check in pages(route53, "list_health_checks", "HealthChecks"):
        found = route53.list_tags_for_resource(ResourceType="healthcheck", ResourceId=check["Id"])
        tags = {tag["Key"]: tag["Value"] for tag in found["ResourceTagSet"]["Tags"]}
        path = check["HealthCheckConfig"].get("ResourcePath")
        if name and tags.get("Name") == name and path == values["resource_path"]:
            return Existing(check["Id"], None)
    return None


def _record(client: Client, values: Values) -> Existing | None:
    zone, name, kind = values["zone_id"], values["name"].rstrip("."), values["type"]
    wanted = (f"{name}.", kind, values.get("set_identifier"))
    for record in pages(client("route53"), "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone):
        if (record["Name"], record["Type"], record.get("SetIdentifier")) == wanted and _leads_to(record, values):
            return Existing("_".join(filter(None, (zone, name, kind, wanted[2]))), None)
    return None


def _leads_to(record: dict[str, Any], values: Values) -> bool:
    """Whether a record leads where ours would: an alias to our own domain, or a name that a certificate gave."""
    alias = values.get("alias") or [{}]
    there = record.get("AliasTarget", {}).get("DNSName")
    return there is None or there.rstrip(".") == str(alias[0].get("name")).rstrip(".")


KINDS = {
    "aws_acm_certificate": Kind(_certificate, ("domain_name",), opens=True),
    "aws_apigatewayv2_api": Kind(_api, ("name",), opens=True),
    "aws_apigatewayv2_api_mapping": Kind(_mapping, ("api_id", "domain_name")),
    "aws_apigatewayv2_authorizer": Kind(_part("get_authorizers", "AuthorizerId", ("Name", "name")), ("api_id", "name")),
    "aws_apigatewayv2_domain_name": Kind(_domain, ("domain_name",), opens=True),
    "aws_apigatewayv2_integration": Kind(
        _part("get_integrations", "IntegrationId", ("IntegrationType", "integration_type")),
        ("api_id", "integration_type"),
    ),
    "aws_apigatewayv2_route": Kind(_part("get_routes", "RouteId", ("RouteKey", "route_key")), ("api_id", "route_key")),
    "aws_apigatewayv2_stage": Kind(_stage, ("api_id", "name")),
    "aws_route53_health_check": Kind(_health_check, ("resource_path", "tags")),
    "aws_route53_record": Kind(_record, ("name", "type", "zone_id")),
}
