"""Names as Route 53 answers them: by policy, by the health checks' real state, over UDP."""

import asyncio
import os
import socket
import struct

import pytest

from localcloud.dns import client as names
from localcloud.dns import wire
from localcloud.dns.health import HealthChecks
from localcloud.dns.routing import choose
from ops.aws import Aws
from ops.http_api import NamedApi, Reply, request

NAME = "api.example.com"
PRIMARY, SECONDARY = "us-east-1", "us-east-2"
ALL = {"p", "s"}


def pair(**by_side):
    """The record sets of a primary and a secondary: `pair(Weight=(90, 10))`."""
    return [
        {"SetIdentifier": check, "HealthCheckId": check, **{field: values[at] for field, values in by_side.items()}}
        for at, check in enumerate("ps")
    ]


@pytest.mark.parametrize(
    ("records", "healthy", "pick", "answers"),
    [
        (pair(Failover=("PRIMARY", "SECONDARY")), ALL, 0, "p"),
        (pair(Failover=("PRIMARY", "SECONDARY")), {"s"}, 0, "s"),
        (pair(Failover=("PRIMARY", "SECONDARY")), set(), 0, "p"),
        (pair(Region=(PRIMARY, SECONDARY)), ALL, 0, "p"),
        (pair(Region=(PRIMARY, SECONDARY)), {"s"}, 0, "s"),
        (pair(Weight=(90, 10)), ALL, 0.89, "p"),
        (pair(Weight=(90, 10)), ALL, 0.91, "s"),
        (pair(Weight=(0, 10)), ALL, 0, "s"),
        (pair(Weight=(0, 10)), {"p"}, 0, "p"),
    ],
)
def test_a_healthy_record_set_answers_by_its_policy(records, healthy, pick, answers):
    assert choose(records, healthy.__contains__, lambda: pick)["SetIdentifier"] == answers


def test_a_check_turns_after_as_many_answers_as_it_says_and_a_drained_one_is_never_healthy():
    well = {"a": True}
    configuration = {"RequestInterval": 0.0, "FailureThreshold": 3}
    probed = []

    def probe(_):
        probed.append(well["a"])
        return well["a"]

    async def follow():
        checks = HealthChecks(lambda: [("a", configuration)], probe)
        running = asyncio.create_task(checks.run())

        async def turned(to):
            before = len(probed)
            while checks.healthy("a") is not to:
                await asyncio.sleep(0.01)
            return len(probed) - before

        assert checks.healthy("a")
        well["a"] = False
        assert await asyncio.wait_for(turned(False), 10) >= 3
        well["a"] = True
        assert await asyncio.wait_for(turned(True), 10) >= 3
        configuration.update(Disabled=True, Inverted=True)
        assert not checks.healthy("a")
        running.cancel()

    asyncio.run(follow())


def test_a_message_is_read_and_answered_byte_by_byte():
    query = bytes.fromhex("1234 0100 0001 0000 0000 0000 03617069 07657861 6d706c65 03636f6d 00 0001 0001")
    asked = wire.question(query)
    assert (asked.id, asked.name, asked.type) == (0x1234, NAME, wire.A)
    answer = wire.answer(asked, [wire.Record(NAME, wire.A, 60, "127.0.0.1")])
    assert answer == bytes.fromhex(
        "1234 8500 0001 0001 0000 0000 03617069 07657861 6d706c65 03636f6d 00 0001 0001"
        "03617069 07657861 6d706c65 03636f6d 00 0001 0001 0000003c 0004 7f000001"
    )
    assert wire.query(0x1234, NAME) == query
    assert wire.values(answer) == ["127.0.0.1"]
    assert wire.values(wire.answer(asked, [wire.Record(NAME, wire.CNAME, 60, "d-1.example.com")])) == [
        "d-1.example.com"
    ]
    with pytest.raises(ValueError, match="not an answer"):
        wire.values(answer[:-2])
    assert wire.answer(asked, None)[2:4] == b"\x85\x03"
    with pytest.raises(ValueError, match="not a DNS message"):
        wire.question(b"hello")


def ask(environment, name):
    """Addresses and aliases of the answer, by a resolver of the C library's form: raw UDP."""
    host, _, port = environment["LOCALCLOUD_DNS"].partition(":")
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    number = os.urandom(2)
    query = number + struct.pack("!HHHHH", 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(query, (host, int(port)))
        answer = client.recv(512)
    assert answer[:2] == number
    return answer


@pytest.fixture(scope="module")
def named(client):
    """An API in each Region that says where it is, and one name for both, by failover."""
    zone = client.aws("route53").create_hosted_zone(Name="example.com", CallerReference="names")["HostedZone"]["Id"]
    changes, checks = [], {}
    for region, kind in ((PRIMARY, "PRIMARY"), (SECONDARY, "SECONDARY")):
        gateway = client.aws("apigatewayv2", region)
        source = 'import os\ndef handler(event, context):\n    return {"region": os.environ["AWS_REGION"]}\n'
        function = client.function("where", client.role(f"where-{region}"), source, region)
        api = gateway.create_api(Name="where", ProtocolType="HTTP")
        of_api = {"ApiId": api["ApiId"]}
        integration = gateway.create_integration(
            **of_api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        gateway.create_route(**of_api, RouteKey="GET /where", Target=f"integrations/{integration}")
        gateway.create_stage(**of_api, StageName="$default", AutoDeploy=True)
        client.aws("lambda", region).add_permission(
            FunctionName="where",
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{region}:000000000000:{api['ApiId']}/*/*",
        )
        certificate = f"arn:aws:acm:{region}:000000000000:certificate/none"
        domain = gateway.create_domain_name(
            DomainName=NAME, DomainNameConfigurations=[{"CertificateArn": certificate, "EndpointType": "REGIONAL"}]
        )["DomainNameConfigurations"][0]
        gateway.create_api_mapping(**of_api, DomainName=NAME, Stage="$default")
        check = {
            "Type": "HTTPS",
            "ResourcePath": "/where",
            "RequestInterval": 10,
            "FailureThreshold": 1,
            "FullyQualifiedDomainName": api["ApiEndpoint"].removeprefix("https://"),
        }
        checks[region] = client.aws("route53").create_health_check(CallerReference=region, HealthCheckConfig=check)[
            "HealthCheck"
        ]["Id"]
        alias = {"DNSName": domain["ApiGatewayDomainName"], "HostedZoneId": domain["HostedZoneId"]}
        record = {
            "Name": NAME,
            "Type": "A",
            "SetIdentifier": kind,
            "Failover": kind,
            "HealthCheckId": checks[region],
            "AliasTarget": {**alias, "EvaluateTargetHealth": False},
        }
        changes.append({"Action": "CREATE", "ResourceRecordSet": record})
    client.aws("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return checks


def test_the_name_and_its_requests_follow_a_drained_region(cloud, client, named):
    environment = cloud.environment()
    where = request(Aws(environment), "GET", f"https://{NAME}/where")
    assert (where.status, where.body) == (200, {"region": PRIMARY})
    answer = ask(environment, NAME)
    assert b"us-east-1" in answer
    assert answer.endswith(socket.inet_aton("127.0.0.1"))
    assert names.resolve(environment["LOCALCLOUD_DNS"], NAME)[1:] == ["127.0.0.1"]
    assert names.region(environment["LOCALCLOUD_DNS"], NAME) == PRIMARY
    drain = {"Disabled": True, "Inverted": True}
    client.aws("route53").update_health_check(HealthCheckId=named[PRIMARY], **drain)
    told = client.aws("route53").get_health_check(HealthCheckId=named[PRIMARY])["HealthCheck"]["HealthCheckConfig"]
    assert (told["Disabled"], told["Inverted"]) == (True, True)
    assert observed(client, named[PRIMARY]) == ["Success: HTTP Status Code 200, OK"], "a drained Region may be well"
    assert request(Aws(environment), "GET", f"https://{NAME}/where").body == {"region": SECONDARY}
    assert b"us-east-2" in ask(environment, NAME)
    assert ask(environment, "nowhere.example.com")[3] & 0x0F == 3
    assert names.resolve(environment["LOCALCLOUD_DNS"], "nowhere.example.com") == []


def test_a_caller_by_the_name_signs_for_the_region_that_takes_it(cloud, monkeypatch):
    signed_for = []

    def refusing_all_but(region):
        def sent(aws, method, url, body=None, *, sign_for, headers, timeout):
            signed_for.append(sign_for)
            return Reply(200 if sign_for == region else 403, {}, {"region": sign_for})

        return sent

    named = NamedApi(Aws(cloud.environment()), f"https://{NAME}", (PRIMARY, SECONDARY))
    monkeypatch.setattr("ops.http_api.request", refusing_all_but(SECONDARY))
    assert named.request("GET", "/where").body == {"region": SECONDARY}
    assert named.request("GET", "/where").status == 200
    assert signed_for == [PRIMARY, SECONDARY, SECONDARY], "the second request keeps to the Region that took the first"
    monkeypatch.setattr("ops.http_api.request", refusing_all_but("none"))
    assert named.request("GET", "/where").status == 403


def observed(client, check):
    found = client.aws("route53").get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
    return [one["StatusReport"]["Status"] for one in found]
