"""The check of functions in a VPC, with what an account could answer."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from ops import network
from ops.check import CheckFailedError
from ops.deployment import Deployment

from .test_deployment import VALUES

STACK = Deployment.of(VALUES)
SIDE = replace(STACK.primary, functions={"transactions": "small-transactions", "relay": "small-relay"})
SERVICE = f"com.amazonaws.{SIDE.region}.dsql-4p2q"
PUBLIC = f"{SIDE.cluster_identifier}.dsql.{SIDE.region}.on.aws"
PRIVATE = f"{SIDE.cluster_identifier}.dsql-4p2q.{SIDE.region}.on.aws"
INSIDE = {"SubnetIds": ["subnet-1"], "VpcId": "vpc-1"}
READY = {"ServiceName": SERVICE, "VpcId": "vpc-1", "VpcEndpointId": "vpce-1", "State": "available"}


def account(networks, host, endpoints=()):
    """An account whose functions are in these networks, one after the other, and connect to a host."""
    configurations = [
        {"VpcConfig": given, "Environment": {"Variables": {"CLUSTER_ENDPOINT": host}}} for given in networks
    ]
    functions = dict(zip(SIDE.functions.values(), configurations, strict=True))
    pages = SimpleNamespace(paginate=lambda Filters: [{"VpcEndpoints": list(endpoints)}])  # noqa: N803
    clients = {
        "lambda": SimpleNamespace(get_function_configuration=lambda FunctionName: functions[FunctionName]),  # noqa: N803
        "dsql": SimpleNamespace(get_vpc_endpoint_service_name=lambda identifier: {"serviceName": SERVICE}),
        "ec2": SimpleNamespace(get_paginator=lambda _: pages),
    }
    return SimpleNamespace(client=lambda service, _: clients[service])


def everywhere(given):
    return [given] * len(SIDE.functions)


@pytest.mark.parametrize(
    ("networks", "host", "endpoints", "said"),
    [
        (everywhere({}), PUBLIC, [], "the functions are in no VPC"),
        (everywhere(INSIDE), PUBLIC, [], f"in a VPC, to the public endpoint {PUBLIC}, as `private_endpoint = false`"),
        (everywhere(INSIDE), PRIVATE, [{**READY, "PrivateDnsEnabled": True}], f"in vpc-1, to {PRIVATE}"),
    ],
)
def test_what_is_as_configured_passes(networks, host, endpoints, said):
    assert network.private(account(networks, host, endpoints), STACK, SIDE).startswith(said)


@pytest.mark.parametrize(
    ("networks", "host", "endpoints", "seen"),
    [
        ([{}, *everywhere(INSIDE)[1:]], PRIVATE, [], f"not in the VPC: {next(iter(SIDE.functions.values()))}"),
        (everywhere(INSIDE), "elsewhere.on.aws", [], "functions connect to elsewhere.on.aws"),
        (everywhere(INSIDE), PRIVATE, [{**READY, "VpcId": "vpc-2"}], f"no endpoint for {SERVICE} in vpc-1"),
        (everywhere(INSIDE), PRIVATE, [READY], "vpce-1 is available, private DNS off"),
        (
            everywhere(INSIDE),
            PRIVATE,
            [{**READY, "State": "pending", "PrivateDnsEnabled": True}],
            "vpce-1 is pending, private DNS on",
        ),
    ],
)
def test_what_is_not_is_named(networks, host, endpoints, seen):
    with pytest.raises(CheckFailedError) as failed:
        network.private(account(networks, host, endpoints), STACK, SIDE)
    assert failed.value.seen == seen
