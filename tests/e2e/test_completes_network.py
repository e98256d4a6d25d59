"""The example `complete` in VPCs of its own: functions reach the cluster by its interface endpoint alone."""

import pytest

from ops import network
from ops.application import invoke
from ops.aws import Aws
from ops.check import CheckFailedError
from ops.deployment import Deployment

from .examples import SIDES

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def deployment(applied):
    return Deployment.of({**applied["complete"].output(), "name": "payments", "witness_region": "us-west-2"})


@pytest.fixture(params=SIDES)
def side(request, deployment):
    return getattr(deployment, request.param)


def the_endpoint(ec2):
    """The cluster's interface endpoint of a Region."""
    (found,) = [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if ".dsql-" in one["ServiceName"]]
    return found


def test_functions_connect_to_the_clusters_private_host_from_the_endpoints_subnets(cloud_environment, deployment, side):
    aws = Aws(cloud_environment)
    endpoint = the_endpoint(aws.client("ec2", side.region))
    service = aws.client("dsql", side.region).get_vpc_endpoint_service_name(identifier=side.cluster_identifier)
    assert endpoint["ServiceName"] == service["serviceName"]
    found = aws.client("lambda", side.region).get_function_configuration(FunctionName=side.functions["transactions"])
    assert sorted(found["VpcConfig"]["SubnetIds"]) == sorted(endpoint["SubnetIds"])
    host = f"{side.cluster_identifier}.{service['serviceName'].split('.')[3]}.{side.region}.on.aws"
    assert found["Environment"]["Variables"]["CLUSTER_ENDPOINT"] == host
    assert network.private(aws, deployment, side) == f"in {endpoint['VpcId']}, to {host}"
    written = invoke(aws, side, {"operation": "write", "transaction_id": f"private-{side.role}", "amount": 1})
    assert written.status == 200


def test_functions_may_go_to_the_endpoints_alone_and_by_two_ports(cloud_environment, side):
    ec2 = Aws(cloud_environment).client("ec2", side.region)
    rules = [
        rule
        for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]
        if rule.get("Description", "").startswith(("To the", "From the"))
    ]
    groups = {group["GroupName"]: group["GroupId"] for group in ec2.describe_security_groups()["SecurityGroups"]}
    functions, endpoints = (groups[f"payments-{side.role}-{name}"] for name in ("functions", "endpoints"))
    assert sorted(
        (rule["GroupId"], rule["IsEgress"], rule["ReferencedGroupInfo"]["GroupId"], rule["FromPort"], rule["ToPort"])
        for rule in rules
    ) == sorted(
        (*way, port, port)
        for way in ((functions, True, endpoints), (endpoints, False, functions))
        for port in (443, 5432)
    )
    assert the_endpoint(ec2)["Groups"][0]["GroupId"] == endpoints


def test_without_private_dns_nothing_leads_to_the_cluster_and_verify_names_the_endpoint(
    cloud_environment, deployment, side
):
    aws = Aws(cloud_environment)
    ec2 = aws.client("ec2", side.region)
    endpoint = the_endpoint(ec2)["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    try:
        with pytest.raises(CheckFailedError) as failed:
            network.private(aws, deployment, side)
        assert failed.value.seen == f"{endpoint} is available, private DNS off"
    finally:
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)
    assert network.private(aws, deployment, side)
