"""The check of functions in a VPC: that they reach the cluster by the interface endpoint, and that there is one."""

from __future__ import annotations

from typing import Any

from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment, Side

_REDEPLOY = "run `make deploy` again"


def private(aws: Aws, _: Deployment, side: Side) -> str:
    """Functions in a VPC connect to the host of the cluster's PrivateLink service, and an endpoint there leads to it.

    The host is `<cluster>.<service id>.<Region>.on.aws`, the service's name ends in the id:
    https://docs.aws.amazon.com/aurora-dsql/latest/userguide/privatelink-managing-clusters.html
    """
    client = aws.client("lambda", side.region)
    found = {name: client.get_function_configuration(FunctionName=name) for name in side.functions.values()}
    networks = {name: configuration.get("VpcConfig", {}) for name, configuration in found.items()}
    inside = {name: network for name, network in networks.items() if network.get("SubnetIds")}
    if not inside:
        return "the functions are in no VPC"
    if len(inside) < len(found):
        outside = ", ".join(sorted(found.keys() - inside.keys()))
        raise CheckFailedError(f"not in the VPC: {outside}", "all functions in it", f"changed by hand: {_REDEPLOY}")
    hosts = {configuration["Environment"]["Variables"]["CLUSTER_ENDPOINT"] for configuration in found.values()}
    public = f"{side.cluster_identifier}.dsql.{side.region}.on.aws"
    if hosts == {public}:
        return f"in a VPC, to the public endpoint {public}, as `private_endpoint = false` says"
    service = aws.client("dsql", side.region).get_vpc_endpoint_service_name(identifier=side.cluster_identifier)
    name = service["serviceName"]
    host = f"{side.cluster_identifier}.{name.rpartition('.')[2]}.{side.region}.on.aws"
    if hosts != {host}:
        raise CheckFailedError(
            f"functions connect to {', '.join(sorted(hosts))}", host, f"changed by hand: {_REDEPLOY}"
        )
    (vpc,) = {str(network.get("VpcId")) for network in inside.values()}
    _reached(aws, side, name, vpc)
    return f"in {vpc}, to {host}"


def _reached(aws: Aws, side: Side, service: str, vpc: str) -> None:
    endpoints = _endpoints(aws, side, service)
    here = [endpoint for endpoint in endpoints if endpoint["VpcId"] == vpc]
    if not here:
        raise CheckFailedError(
            f"no endpoint for {service} in {vpc}",
            "an interface endpoint",
            "make an `aws_vpc_endpoint` for the output `vpc_endpoint_service_names`: functions cannot connect without",
        )
    ready = [one for one in here if one["State"] == "available" and one.get("PrivateDnsEnabled")]
    if not ready:
        seen = ", ".join(
            f"{one['VpcEndpointId']} is {one['State']}, private DNS {'on' if one.get('PrivateDnsEnabled') else 'off'}"
            for one in here
        )
        raise CheckFailedError(
            seen, "available, private DNS on", "the host has no address in the VPC without private DNS"
        )


def _endpoints(aws: Aws, side: Side, service: str) -> list[dict[str, Any]]:
    pages = aws.client("ec2", side.region).get_paginator("describe_vpc_endpoints")
    filters = [{"Name": "service-name", "Values": [service]}]
    return [
        dict(endpoint)
        for page in pages.paginate(Filters=filters)
        for endpoint in page["VpcEndpoints"]
        if endpoint["ServiceName"] == service
    ]
