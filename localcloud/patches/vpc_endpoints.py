"""Interface endpoints: security groups and private DNS as they were set, and the way to a cluster that they open.

MiniStack forgets both, so that each plan would change them. A cluster answers under its private host as long as there
is an endpoint with private DNS for its service in its Region; from which VPC a connection comes is not looked at.
https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.services import dsql, ec2

from localcloud.dsql.hello import Host
from localcloud.patches import Context

Parameters = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

NEEDS = {
    "services.dsql": ("_get_vpc_endpoint_service_name",),
    "services.ec2": (
        *("_ACTION_MAP", "_create_vpc_endpoint", "_modify_vpc_endpoint", "_p", "_parse_member_list", "_vpc_endpoints"),
        "_vpce_fields_xml",
    ),
}


def install(_: Context) -> None:
    """Keep what MiniStack forgets when an endpoint is created or changed, and show it."""
    create, modify, show = ec2._create_vpc_endpoint, ec2._modify_vpc_endpoint, ec2._vpce_fields_xml

    def create_vpc_endpoint(parameters: Parameters) -> Response:
        answer: Response = create(parameters)
        record = ec2._vpc_endpoints[re.findall(rb"<vpcEndpointId>([^<]+)", answer[2])[0].decode()]
        record["Groups"] = ec2._parse_member_list(parameters, "SecurityGroupId")
        record["PrivateDnsEnabled"] = ec2._p(parameters, "PrivateDnsEnabled") == "true"
        return answer

    def modify_vpc_endpoint(parameters: Parameters) -> Response:
        answer: Response = modify(parameters)
        record = ec2._vpc_endpoints.get(ec2._p(parameters, "VpcEndpointId"), {})
        added, removed = (ec2._parse_member_list(parameters, f"{verb}SecurityGroupId") for verb in ("Add", "Remove"))
        record["Groups"] = [group for group in (*record.get("Groups", []), *added) if group not in removed]
        if private := ec2._p(parameters, "PrivateDnsEnabled"):
            record["PrivateDnsEnabled"] = private == "true"
        return answer

    def vpce_fields_xml(record: dict[str, Any], tag: str = "item") -> str:
        groups = "".join(f"<item><groupId>{group}</groupId></item>" for group in record.get("Groups", []))
        private = str(record.get("PrivateDnsEnabled", False)).lower()
        more = f"<groupSet>{groups}</groupSet><privateDnsEnabled>{private}</privateDnsEnabled>"
        return str(show(record, tag)).replace("<routeTableIdSet>", f"{more}<routeTableIdSet>", 1)

    ec2._ACTION_MAP.update(CreateVpcEndpoint=create_vpc_endpoint, ModifyVpcEndpoint=modify_vpc_endpoint)
    ec2._vpce_fields_xml = vpce_fields_xml


def leads_to(host: Host) -> bool:
    """Whether an interface endpoint of the Region of this request leads to a cluster's private host."""
    status, _, body = dsql._get_vpc_endpoint_service_name(host.cluster)
    service = json.loads(body).get("serviceName", "") if status == 200 else ""
    return service.endswith(f".{host.service}") and any(
        endpoint["ServiceName"] == service and endpoint.get("PrivateDnsEnabled")
        for endpoint in ec2._vpc_endpoints.values()
    )
