"""The functions, run in this process against the embedded cloud: a linked pair, buses, and IAM roles as deployed.

Each function has its own role's session, so that tokens, IAM policies, mappings and grants are all at work.
"""

from __future__ import annotations

import importlib
import json
import os
import time
import types
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import api
import audit
import boto3
import consumer
import migrate
import notify
import psycopg
import pytest
import relay
import review
from transactions import access, aws
from transactions.database import Database
from transactions.invocation import Deadline
from transactions.logs import Log
from transactions.settings import Settings

from localcloud.cloud import Cloud

Ledger = importlib.import_module("tests.lambda.ledger").Ledger
Wire = importlib.import_module("tests.lambda.wire").Wire  # not to be had by `import`: lambda is a keyword

PRIMARY, SECONDARY, WITNESS = "us-east-1", "us-east-2", "us-west-2"
ACCOUNT_ROOT = "arn:aws:iam::000000000000:root"
BUS = "transactions"
MODULES: dict[str, types.ModuleType] = {
    "audit": audit,
    "consumer": consumer,
    "migrate": migrate,
    "notify": notify,
    "relay": relay,
    "review": review,
    "transactions": api,
}
DATABASE_ROLES = {name: name for name in MODULES} | {"transactions": "app", "migrate": "admin"}
ACTIONS = {
    "transactions": [
        *("dsql:DbConnect", "dsql:GetCluster", "kms:Decrypt", "kms:GenerateDataKey", "lambda:InvokeFunction")
    ],
    "relay": ["dsql:DbConnect", "events:PutEvents"],
    "audit": ["dsql:DbConnect"],
    "consumer": ["dsql:DbConnect"],
    "notify": ["dsql:DbConnect", "sns:Publish"],
    "review": ["dsql:DbConnect"],
    "migrate": ["dsql:DbConnectAdmin"],
}


@dataclass
class FakeContext:
    """Lambda's context object, with the time that a test wants to be left."""

    function_name: str = "test"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Stage:
    """A linked pair of clusters with a bus in both Regions, on the embedded cloud."""

    environment: dict[str, str]
    identifiers: dict[str, str]
    roles: dict[str, str]  # ARNs by function
    sessions: dict[str, dict[str, str]]  # credentials by function, as environment variables

    def client(self, service: str, region: str = PRIMARY) -> Any:
        return _client(self.environment, service, region)

    def endpoint(self, region: str = PRIMARY) -> str:
        return f"{self.identifiers[region]}.dsql.{region}.on.aws"

    def variables(self, function: str, region: str) -> dict[str, str]:
        """The whole environment of a function, as Terraform and Lambda set it."""
        return self.environment | {
            **self.sessions[function],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "CLUSTER_IDENTIFIER": self.identifiers[region],
            "CLUSTER_ENDPOINT": self.endpoint(region),
            "DATABASE_ROLE": DATABASE_ROLES[function],
            "RELAY_FUNCTION_NAME": "transactions-relay",
            "EVENT_BUS_NAME": BUS,
            "TOPIC_ARN": f"arn:aws:sns:{region}:000000000000:notifications",
            "LOG_LEVEL": "DEBUG",
        }

    def settings(self, role: str, region: str = PRIMARY) -> Settings:
        return Settings(region, self.endpoint(region), role)

    def database(self, function: str, region: str = PRIMARY) -> Database:
        return Database(
            self.settings(DATABASE_ROLES[function], region), self.variables(function, region), application="test"
        )

    @contextmanager
    def sql(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection as admin, each statement a transaction of its own."""
        database = self.database("migrate")
        connection = database._connection(Deadline(time.monotonic() + 10))
        try:
            yield connection
        finally:
            database.close()

    def roles_event(self) -> dict[str, Any]:
        return {"roles": {role: [self.roles[name]] for name, role in DATABASE_ROLES.items() if role != "admin"}}


@pytest.fixture(scope="session")
def bare_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage before the first migration."""
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        environment = cloud.environment()
        for region in (PRIMARY, SECONDARY):
            _client(environment, "events", region).create_event_bus(Name=BUS)
        roles, sessions = _roles(environment)
        yield Stage(environment, linked_pair(environment), roles, sessions)


@pytest.fixture(scope="session")
def migrated_stage(bare_stage: Stage) -> Stage:
    """The stage with the schema and the roles, made by the migration function."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in bare_stage.variables("migrate", PRIMARY).items():
            patch.setenv(name, value)
        migrate.handler(bare_stage.roles_event(), FakeContext(milliseconds=300_000))
    return bare_stage


@pytest.fixture
def stage(migrated_stage: Stage, libpq: None) -> Stage:
    """The migrated stage, shared by all tests."""
    return migrated_stage


@pytest.fixture
def libpq(bare_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have libpq find the embedded cloud: only it looks at this process's own environment."""
    for name in ("PGHOSTADDR", "PGPORT"):
        monkeypatch.setenv(name, bare_stage.environment[name])


@pytest.fixture(scope="session")
def spare_stage(bare_stage: Stage) -> Stage:
    """A second pair, with a database of its own."""
    return Stage(bare_stage.environment, linked_pair(bare_stage.environment), bare_stage.roles, bare_stage.sessions)


@pytest.fixture
def fresh_stage(spare_stage: Stage, libpq: None) -> Stage:
    """A stage with an empty database."""
    with spare_stage.sql() as connection:
        connection.execute("drop schema if exists transactions cascade")
        mappings = connection.execute("select pg_role_name, arn from sys.iam_pg_role_mappings").fetchall()
        for role, arn in mappings:
            connection.execute(f"aws iam revoke {role} from '{arn}'")
        for role in access.DATABASE_ROLES:
            connection.execute(f"drop role if exists {role}")
    return spare_stage


@pytest.fixture
def wire(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """All connections go over a wire that can be cut."""
    wire = Wire(int(stage.environment["PGPORT"]))
    monkeypatch.setenv("PGPORT", str(wire.port))
    yield wire
    wire.close()


Invoke = Callable[..., Any]


@pytest.fixture
def invoke_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invoke]:
    """Invoke a function as Lambda does: `invoke_on(stage, "relay", {}, region=..., NAME="value")`."""

    def invoke(
        stage: Stage, function: str, event: object, *, region: str = PRIMARY, milliseconds: int = 30_000, **more: str
    ) -> Any:
        forget()  # each invocation is a cold start: the next one may be in another Region
        for name, value in (stage.variables(function, region) | more).items():
            monkeypatch.setenv(name, value)
        return MODULES[function].handler(event, FakeContext(function, milliseconds=milliseconds))

    yield invoke
    forget()


@pytest.fixture
def invoke(stage: Stage, invoke_on: Invoke) -> Invoke:
    """Invoke a function on the migrated stage: `invoke("transactions", {...}, region=...)`."""
    with stage.sql() as connection:
        connection.execute("delete from transactions.outbox")
    return lambda *arguments, **options: invoke_on(stage, *arguments, **options)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict[str, Any]]]:
    """What was logged since the last call."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="session")
def ledger() -> Iterator[Any]:
    """What was injected and what was lost; with FAULTS_DOCUMENT in the environment it ends as a table there."""
    ledger = Ledger.of()
    yield ledger
    if document := os.environ.get("FAULTS_DOCUMENT"):
        ledger.write(Path(document))


@pytest.fixture
def log() -> Log:
    return Log("DEBUG")


@pytest.fixture
def deadline() -> Deadline:
    return Deadline(time.monotonic() + 20)


def forget() -> None:
    """Forget what the modules keep for the next invocation."""
    for module in (*MODULES.values(), aws):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    boto3.DEFAULT_SESSION = None  # it holds the credentials of the function before


def linked_pair(environment: dict[str, str]) -> dict[str, str]:
    """Create and link two clusters; returns their ids by Region."""
    clients = {region: _client(environment, "dsql", region) for region in (PRIMARY, SECONDARY)}
    made = {
        region: client.create_cluster(deletionProtectionEnabled=False, multiRegionProperties={"witnessRegion": WITNESS})
        for region, client in clients.items()
    }
    peers = {PRIMARY: made[SECONDARY]["arn"], SECONDARY: made[PRIMARY]["arn"]}
    for region, client in clients.items():
        properties = {"witnessRegion": WITNESS, "clusters": [peers[region]]}
        client.update_cluster(identifier=made[region]["identifier"], multiRegionProperties=properties)
    for region, client in clients.items():
        while client.get_cluster(identifier=made[region]["identifier"])["status"] != "ACTIVE":
            time.sleep(0.1)
    return {region: cluster["identifier"] for region, cluster in made.items()}


def _client(environment: dict[str, str], service: str, region: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=region,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def _roles(environment: dict[str, str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    iam, sts = (_client(environment, service, PRIMARY) for service in ("iam", "sts"))
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT_ROOT}}
    roles, sessions = {}, {}
    for function, actions in ACTIONS.items():
        name = f"test-{function}"
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]
        allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=_policy(allowed))
        session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
        roles[function] = role["Arn"]
        sessions[function] = {
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
        }
    return roles, sessions


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
