"""What somebody may break by hand of the HTTP API and its name, each undone when its block ends."""

from __future__ import annotations

from collections.abc import Iterator

from ..examples import await_answer
from .registry import breaks

LETS_IN = "HTTP API lets in who may"
RECORD = "record answers the name as configured"
HEALTH = "health check sees the Region well"


def _zone(deployed):
    """A client, and the id and the records of the name, by their identifiers."""
    domain, client = deployed.deployment.api.domain, deployed.aws.client("route53", "us-east-1")
    found = client.list_resource_record_sets(HostedZoneId=domain.zone_id)["ResourceRecordSets"]
    return client, domain.zone_id, {one["SetIdentifier"]: one for one in found if "SetIdentifier" in one}


def _recorded(deployed, role, broken) -> Iterator[None]:
    """Put another record in the place of a Region's, or none."""
    client, zone, records = _zone(deployed)

    def change(*given):
        changes = [{"Action": action, "ResourceRecordSet": record} for action, record in given]
        client.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    change(("DELETE", records[role]) if broken is None else ("UPSERT", broken(dict(records[role]))))
    yield
    change(("UPSERT", records[role]))


@breaks(f"us-east-2: {RECORD}", "the zone holds primary for api.example.com")
def record_deleted(deployed):
    yield from _recorded(deployed, "secondary", None)


@breaks(f"us-east-1: {RECORD}", "the record asks the health check None")
def record_without_its_health_check(deployed):
    def without(record):
        del record["HealthCheckId"]
        return record

    yield from _recorded(deployed, "primary", without)


@breaks(f"us-east-2: {RECORD}", "the record leads to d-elsewhere.execute-api.us-east-2.amazonaws.com")
def record_leads_elsewhere(deployed):
    elsewhere = {"DNSName": "d-elsewhere.execute-api.us-east-2.amazonaws.com"}
    yield from _recorded(
        deployed, "secondary", lambda record: record | {"AliasTarget": record["AliasTarget"] | elsewhere}
    )


@breaks(f"us-east-1: {RECORD}", "the record is answered by {'Weight': 1}")
def record_has_another_policy(deployed):
    def weighted(record):
        del record["Failover"]
        return record | {"Weight": 1}

    yield from _recorded(deployed, "primary", weighted)


def _checked(deployed, role, **change) -> Iterator[None]:
    client, check = deployed.aws.client("route53", "us-east-1"), deployed.deployment.api.domain.health_checks[role]
    found = client.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    client.update_health_check(HealthCheckId=check, **change)
    yield
    client.update_health_check(HealthCheckId=check, **{name: found.get(name, False) for name in change})


@breaks(f"us-east-2: {HEALTH}", "is disabled True, inverted True")
def region_drained_by_hand(deployed):
    yield from _checked(deployed, "secondary", Disabled=True, Inverted=True)


@breaks(f"us-east-1: {HEALTH}", "asks api.example.com")
def health_check_asks_the_name_itself(deployed):
    yield from _checked(deployed, "primary", FullyQualifiedDomainName="api.example.com")


@breaks(f"us-east-1: {HEALTH}", "0 of 1 checkers find the Region well; Failure")
def region_is_ill(deployed):
    here, there = deployed.deployment.sides
    name = deployed.deployment.api.domain.name
    client, function = deployed.aws.client("lambda", here.region), here.functions["transactions"]
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert await_answer(deployed.environment, name, there.region) == there.region
    yield
    client.delete_function_concurrency(FunctionName=function)
    assert await_answer(deployed.environment, name, here.region) == here.region


@breaks("us-east-1: custom domain hands the name to the API", "api.example.com is mapped to ")
def name_is_mapped_to_another_api(deployed):
    client = deployed.aws.client("apigatewayv2", "us-east-1")
    api, name = deployed.deployment.api, deployed.deployment.api.domain.name
    other = client.create_api(Name="other", ProtocolType="HTTP")["ApiId"]
    client.create_stage(ApiId=other, StageName="$default", AutoDeploy=True)
    (mapping,) = client.get_api_mappings(DomainName=name)["Items"]
    place = {"ApiMappingId": mapping["ApiMappingId"], "DomainName": name, "Stage": "$default"}
    client.update_api_mapping(**place, ApiId=other)
    yield
    client.update_api_mapping(**place, ApiId=api.id(deployed.deployment.primary))
    client.delete_api(ApiId=other)


@breaks(f"us-east-2: {LETS_IN}", "200 without signature or token")
def route_opened_by_hand(deployed):
    here = deployed.deployment.secondary
    client, api = deployed.aws.client("apigatewayv2", here.region), deployed.deployment.api.id(here)
    (route,) = [found for found in client.get_routes(ApiId=api)["Items"] if found["RouteKey"] == "GET /health"]
    place = {"ApiId": api, "RouteId": route["RouteId"]}
    client.update_route(**place, AuthorizationType="NONE")
    yield
    client.update_route(**place, AuthorizationType="AWS_IAM")


@breaks(f"us-east-1: {LETS_IN}", " signed")
def api_may_not_invoke_the_function(deployed):
    here = deployed.deployment.primary
    client, name = deployed.aws.client("lambda", here.region), here.functions["transactions"]
    client.remove_permission(FunctionName=name, StatementId="api")
    yield
    client.add_permission(
        FunctionName=name,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=here.arn("execute-api", f"{deployed.deployment.api.id(here)}/*/*"),
    )
