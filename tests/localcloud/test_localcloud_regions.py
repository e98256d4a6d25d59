"""The layout with a process per Region: one fails, the other goes on."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from localcloud.cloud import Cloud
from localcloud.errors import LocalCloudError

PRIMARY, SECONDARY = "us-east-1", "us-east-2"
HARMLESS = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=2)


@pytest.fixture(scope="module")
def regional(tmp_path_factory):
    with Cloud(tmp_path_factory.mktemp("regional"), layout="regional") as cloud:
        yield cloud


@pytest.fixture(scope="module")
def clients(regional, client_of):
    return client_of(regional)


@pytest.fixture(scope="module")
def linked(clients, pair_of):
    return pair_of(clients).link()


@pytest.fixture(scope="module")
def events(clients):
    """A bus in each Region; the primary's forwards to the secondary's, which fills a queue. Returns put and get."""
    role = clients.role("forward", "events.amazonaws.com", ("events:PutEvents", "*"))
    url, queue = clients.queue("arrived", SECONDARY, "events.amazonaws.com")
    for region in (PRIMARY, SECONDARY):
        client = clients.aws("events", region)
        client.create_event_bus(Name="orders")
        client.put_rule(Name="rule", EventBusName="orders", EventPattern='{"source": ["shop"]}')
    bus = f"arn:aws:events:{SECONDARY}:000000000000:event-bus/orders"
    clients.aws("events", PRIMARY).put_targets(
        Rule="rule", EventBusName="orders", Targets=[{"Id": "bus", "Arn": bus, "RoleArn": role}]
    )
    clients.aws("events", SECONDARY).put_targets(
        Rule="rule", EventBusName="orders", Targets=[{"Id": "queue", "Arn": queue}]
    )

    def put(number):
        entry = {"EventBusName": "orders", "Source": "shop", "DetailType": "T", "Detail": json.dumps(number)}
        assert clients.aws("events", PRIMARY).put_events(Entries=[entry])["FailedEntryCount"] == 0

    def get(seconds=10):
        messages = clients.received(url, SECONDARY, seconds)
        return [json.loads(message["Body"])["detail"] for message in messages]

    return put, get


def test_iam_is_the_same_in_every_region(clients, regional):
    role = clients.role("traveller", "lambda.amazonaws.com", ("sqs:ListQueues", "*"))
    traveller = clients.as_role(role)
    for region in (PRIMARY, SECONDARY):
        assert traveller.aws("sqs", region).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
        with pytest.raises(ClientError, match="not authorized"):
            traveller.aws("sns", region).list_topics()


def test_policies_that_are_put_at_once_all_reach_the_other_regions(clients):
    roles = [clients.role(f"many-{number}", "lambda.amazonaws.com", ("sqs:ListQueues", "*")) for number in range(8)]
    iam = clients.aws("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": [HARMLESS]})

    def empty(role):
        name = role.rpartition("/")[2]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(empty, roles))
    for role in roles:
        with pytest.raises(ClientError, match="not authorized"):
            clients.as_role(role).aws("sqs", SECONDARY).list_queues()


def test_a_replica_key_decrypts_in_the_other_region(clients):
    key = clients.aws("kms").create_key(MultiRegion=True)["KeyMetadata"]["KeyId"]
    clients.aws("kms").replicate_key(KeyId=key, ReplicaRegion=SECONDARY)
    secret = clients.aws("kms").encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
    assert clients.aws("kms", SECONDARY).decrypt(CiphertextBlob=secret, KeyId=key)["Plaintext"] == b"secret"


def test_events_cross_between_processes(events):
    put, get = events
    put("crossing")
    assert get() == ["crossing"]


def test_a_killed_region_is_gone_alone_and_comes_back_with_its_state(regional, clients, linked, events):
    put, get = events
    survivor = clients.connect(linked.host(PRIMARY))
    survivor.execute("create table kept (id int primary key)")
    regional.kill(SECONDARY)
    assert regional.status()[SECONDARY] == "gone"
    with pytest.raises(ClientError, match="ServiceUnavailableException"):
        clients.aws("sqs", SECONDARY, config=ONCE).list_queues()
    with pytest.raises(psycopg.OperationalError):
        clients.connect(linked.host(SECONDARY))
    survivor.execute("insert into kept values (1)")
    put("while it was down")
    clients.aws("iam").create_user(UserName="new-meanwhile")
    regional.restart(SECONDARY)
    with clients.connect(linked.host(SECONDARY)) as back:
        assert back.execute("select id from kept").fetchall() == [(1,)]
    assert get() == ["while it was down"]
    assert linked.status(SECONDARY) == "ACTIVE"


def test_an_accepted_event_survives_the_kill_of_its_own_region(regional, events):
    put, get = events
    regional.kill(SECONDARY)
    put("accepted")
    regional.kill(PRIMARY)
    regional.restart(SECONDARY)
    regional.restart(PRIMARY)
    assert get() == ["accepted"]


def test_a_frozen_regions_open_transaction_holds_up_nobody(regional, clients, linked):
    with clients.connect(linked.host()) as primary:
        primary.execute("create table if not exists held (id int primary key, amount int)")
        primary.execute("insert into held values (1, 0)")
        primary.execute("begin")
        primary.execute("update held set amount = 1")
        regional.stop(PRIMARY)
        try:
            began = time.monotonic()
            with clients.connect(linked.host(SECONDARY)) as secondary:
                secondary.execute("update held set amount = 2 where id = 1")
                assert time.monotonic() - began < 2
        finally:
            regional.resume(PRIMARY)
        with pytest.raises(psycopg.OperationalError):
            primary.execute("commit")
    with clients.connect(linked.host()) as primary:
        assert primary.execute("select amount from held").fetchall() == [(2,)]


def test_a_stopped_region_does_not_answer_and_goes_on_where_it_was(regional, clients):
    regional.stop(SECONDARY)
    assert regional.status()[SECONDARY] == "stopped"
    with pytest.raises(ReadTimeoutError):
        clients.aws("sqs", SECONDARY, config=ONCE).list_queues()
    assert clients.aws("sqs", PRIMARY).list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    regional.resume(SECONDARY)
    assert clients.aws("sqs", SECONDARY).list_queues()["QueueUrls"]


def test_a_partitioned_region_answers_but_has_no_database_and_sends_no_events(regional, clients, linked, events):
    put, get = events
    held = clients.connect(linked.host(PRIMARY))
    regional.partition(PRIMARY)
    with pytest.raises(psycopg.OperationalError):
        held.execute("select 1")
    with pytest.raises(psycopg.OperationalError):
        clients.connect(linked.host(PRIMARY))
    with clients.connect(linked.host(SECONDARY)) as other:
        assert other.execute("select 1").fetchall() == [(1,)]
    put("while it was cut off")
    assert get(seconds=1) == []
    regional.heal(PRIMARY)
    assert get() == ["while it was cut off"]
    clients.connect(linked.host(PRIMARY)).close()


def test_one_service_of_a_region_fails_alone(regional, clients):
    regional.fail(PRIMARY, "events")
    with pytest.raises(ClientError, match="ServiceUnavailableException"):
        clients.aws("events", PRIMARY, config=ONCE).list_rules()
    assert clients.aws("sqs", PRIMARY).list_queues()["QueueUrls"] is not None
    assert clients.aws("events", SECONDARY, config=ONCE).list_rules()["Rules"] is not None
    regional.mend(PRIMARY, "events")
    assert clients.aws("events", PRIMARY, config=ONCE).list_rules()["Rules"] is not None


def test_expired_tokens_are_refused_for_a_while_and_connections_end(regional, clients, linked):
    held = clients.connect(linked.host(SECONDARY))
    regional.expire_tokens(SECONDARY, 1.0)
    with pytest.raises(psycopg.OperationalError):
        held.execute("select 1")
    with pytest.raises(psycopg.OperationalError, match="token expired"):
        clients.connect(linked.host(SECONDARY))
    time.sleep(1.1)
    clients.connect(linked.host(SECONDARY)).close()


def test_unknown_and_dead_regions_are_named(regional):
    with pytest.raises(LocalCloudError, match="its Regions are us-east-1, us-east-2, us-west-2"):
        regional.stop("eu-west-1")
    with pytest.raises(LocalCloudError, match="its Regions are"):
        regional.kill("router")
    regional.kill("us-west-2")
    with pytest.raises(LocalCloudError, match="restart us-west-2"):
        regional.kill("us-west-2")
