"""One embedded cloud for the session, and what the tests do with it."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import psycopg
import pytest

from localcloud.cloud import Cloud

PRIMARY, SECONDARY, WITNESS = "us-east-1", "us-east-2", "us-west-2"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def eventually(check: Callable[[], Any], seconds: float = 10) -> Any:
    """The first true result of `check`, asked again and again."""
    deadline = time.monotonic() + seconds
    while not (result := check()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
    return result


class Client:
    """Talks to a cloud with its credentials, without touching this process's environment."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.session = boto3.Session(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])

    def aws(self, service: str, region: str = PRIMARY, **options: Any) -> Any:
        return self.session.client(
            service, region_name=region, endpoint_url=self.environment["AWS_ENDPOINT_URL"], **options
        )

    def as_role(self, arn: str) -> Client:
        credentials = self.aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        other = Client(self.environment)
        other.session = boto3.Session(
            credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
        )
        return other

    def token(self, host: str, user: str = "admin", **changes: Any) -> str:
        region = host.split(".")[2]
        client = self.session.client("dsql", region_name=region)
        make = client.generate_db_connect_admin_auth_token if user == "admin" else client.generate_db_connect_auth_token
        return str(make(host, **{"Region": region, **changes}))

    def connect(self, host: str, user: str = "admin", **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(
            **{
                "host": host,
                "hostaddr": self.environment["PGHOSTADDR"],
                "port": self.environment["PGPORT"],
                "dbname": "postgres",
                "user": user,
                "password": options.pop("password", None) or self.token(host, user),
                "sslmode": "verify-full",
                "sslrootcert": self.environment["PGSSLROOTCERT"],
                "autocommit": True,
                **options,
            }
        )

    def role(self, name: str, service: str = "lambda.amazonaws.com", *statements: tuple[str, str]) -> str:
        """An IAM role that `service` (or this account) may assume, with (action, resource) pairs allowed."""
        iam = self.aws("iam")
        principal = {"Service": service, "AWS": "arn:aws:iam::000000000000:root"}
        trust = [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
        allowed = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements]
        if allowed:
            iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=policy(allowed))
        return str(arn)

    def function(self, name: str, role: str, source: str, region: str = PRIMARY, **options: Any) -> str:
        """A Lambda function with the handler `api.handler` in `source`; returns its ARN once it is active."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("api.py", source)
        client = self.aws("lambda", region)
        options = {"Runtime": RUNTIME, "Handler": "api.handler", "Timeout": 10, **options}
        created = client.create_function(FunctionName=name, Role=role, Code={"ZipFile": archive.getvalue()}, **options)
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        return str(created["FunctionArn"])

    def queue(self, name: str, region: str = PRIMARY, allowed: str = "") -> tuple[str, str]:
        """A queue's URL and ARN; `allowed` is a service that may send to it."""
        sqs, arn = self.aws("sqs", region), f"arn:aws:sqs:{region}:000000000000:{name}"
        statement = {
            "Effect": "Allow", "Principal": {"Service": allowed}, "Action": "sqs:SendMessage", "Resource": arn,
        }  # fmt: skip
        attributes = {"Policy": policy([statement])} if allowed else {}
        return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn

    def received(self, url: str, region: str = PRIMARY, seconds: int = 5) -> list[dict[str, Any]]:
        """The messages that come within `seconds`, waiting no longer than for the first."""
        sqs = self.aws("sqs", region)
        answer = sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=seconds, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return list(answer.get("Messages", []))


def policy(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class Pair:
    """Two linked clusters."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.clusters = {region: self._create(region) for region in (PRIMARY, SECONDARY)}

    def host(self, region: str = PRIMARY) -> str:
        return f"{self.clusters[region]['identifier']}.dsql.{region}.on.aws"

    def status(self, region: str) -> str:
        cluster = self.client.aws("dsql", region).get_cluster(identifier=self.clusters[region]["identifier"])
        return str(cluster["status"])

    def name_peer(self, region: str) -> None:
        other = self.clusters[SECONDARY if region == PRIMARY else PRIMARY]["arn"]
        self.client.aws("dsql", region).update_cluster(
            identifier=self.clusters[region]["identifier"],
            multiRegionProperties={"witnessRegion": WITNESS, "clusters": [other]},
        )

    def link(self) -> Pair:
        for region in self.clusters:
            self.name_peer(region)
        for region in self.clusters:
            eventually(lambda region=region: self.status(region) == "ACTIVE")
        return self

    def delete(self, region: str) -> None:
        self.client.aws("dsql", region).delete_cluster(identifier=self.clusters[region]["identifier"])

    def _create(self, region: str) -> dict[str, Any]:
        created = self.client.aws("dsql", region).create_cluster(
            deletionProtectionEnabled=False, multiRegionProperties={"witnessRegion": WITNESS}
        )
        return dict(created)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def client(cloud: Cloud) -> Client:
    return Client(cloud.environment())


@pytest.fixture(scope="session")
def pair(client: Client) -> Pair:
    return Pair(client).link()


@pytest.fixture(scope="session")
def new_pair(client: Client) -> Callable[[], Pair]:
    return lambda: Pair(client)


@pytest.fixture(scope="session")
def client_of() -> Callable[[Cloud], Client]:
    return lambda cloud: Client(cloud.environment())


@pytest.fixture(scope="session")
def pair_of() -> Callable[[Client], Pair]:
    return Pair
