"""DSQL connections: who gets in, as whom, and by which rules."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from psycopg import errors

PRIMARY, SECONDARY = "us-east-1", "us-east-2"


@pytest.fixture(scope="module")
def admin(pair, client):
    with client.connect(pair.host()) as connection:
        connection.execute("create schema shop")
        connection.execute("create table shop.orders (id text primary key, amount numeric)")
        yield connection


def test_rows_written_in_one_region_are_read_in_the_other(admin, pair, client):
    admin.execute("insert into shop.orders values ('across', 100.50)")
    with client.connect(pair.host(SECONDARY), sslnegotiation="direct") as other:
        assert other.execute("select amount::text from shop.orders where id = 'across'").fetchone() == ("100.50",)


def test_the_session_is_the_role_itself_in_the_database_postgres(admin):
    row = admin.execute("select current_user, current_database(), current_setting('transaction_isolation')").fetchone()
    assert row == ("admin", "postgres", "repeatable read")


def test_another_clusters_storage_is_separate(admin, client):
    dsql = client.aws("dsql")
    identifier = dsql.create_cluster(deletionProtectionEnabled=False)["identifier"]
    dsql.get_waiter("cluster_active").wait(identifier=identifier, WaiterConfig={"Delay": 1})
    with client.connect(f"{identifier}.dsql.us-east-1.on.aws") as other:
        assert other.execute("select count(*) from pg_namespace where nspname = 'shop'").fetchone() == (0,)
    dsql.delete_cluster(identifier=identifier)


def refused(client, address, **options):
    with pytest.raises(psycopg.OperationalError) as caught:
        client.connect(address, **options)
    return str(caught.value)


def test_a_certificate_of_another_name_is_not_accepted(pair, client):
    host = pair.host().replace("us-east-1", "us-east-2")
    assert "cluster not found" in refused(client, host)
    assert "certificate" in refused(client, "database.example", password="unused")


def test_a_connection_without_tls_is_refused(pair, client):
    assert "SSL is mandatory" in refused(client, pair.host(), sslmode="disable")


def test_a_token_opens_its_own_host_only(pair, client):
    token = client.token(pair.host(SECONDARY))
    assert "token is for host" in refused(client, pair.host(PRIMARY), password=token)


def test_a_token_for_another_region_is_refused(pair, client):
    token = client.token(pair.host(), Region=SECONDARY)
    assert "token is for us-east-2/dsql" in refused(client, pair.host(), password=token)


def test_admin_and_other_roles_need_different_actions(pair, client):
    admin_token = client.token(pair.host())
    assert "wrong user to action mapping" in refused(client, pair.host(), user="app", password=admin_token)
    assert "wrong user to action mapping" in refused(client, pair.host(), password=client.token(pair.host(), "app"))


def test_an_expired_token_is_refused(pair, client):
    token = client.token(pair.host(), ExpiresIn=1)
    time.sleep(2)
    assert "token expired" in refused(client, pair.host(), password=token)


@pytest.mark.parametrize(
    "change", [("X-Amz-Expires=900", "X-Amz-Expires=901"), ("X-Amz-Signature=", "X-Amz-Signature=0")]
)
def test_a_changed_token_is_refused(pair, client, change):
    token = client.token(pair.host())
    assert change[0] in token
    assert "signature does not match" in refused(client, pair.host(), password=token.replace(*change))


def test_a_key_of_no_one_is_refused(pair, client):
    token = client.token(pair.host()).replace(client.environment["AWS_ACCESS_KEY_ID"], "AKIA" + "Q" * 16)
    assert "security token" in refused(client, pair.host(), password=token)


def test_a_password_is_refused(pair, client):
    assert "not an IAM token" in refused(client, pair.host(), password="secret")


def test_an_unknown_cluster_is_refused(pair, client):
    host = "a" * 26 + ".dsql.us-east-1.on.aws"
    assert "cluster not found" in refused(client, host)


def test_a_database_role_is_open_to_the_granted_iam_role_with_the_right_only(admin, pair, client):
    arn = pair.clusters[PRIMARY]["arn"]
    granted = client.role("granted", "lambda.amazonaws.com", ("dsql:DbConnect", arn))
    without_right = client.role("without-right", "lambda.amazonaws.com", ("dsql:DbConnect", arn + "x"))
    stranger = client.role("stranger", "lambda.amazonaws.com", ("dsql:DbConnect", arn))
    admin.execute("create role app with login")
    for role in (granted, without_right):
        admin.execute(f"AWS IAM GRANT app TO '{role}'")
    admin.execute("grant usage on schema shop to app")
    admin.execute("grant select on shop.orders to app")
    with client.as_role(granted).connect(pair.host(), "app") as connection:
        assert connection.execute("select current_user").fetchone() == ("app",)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("insert into shop.orders values ('app', 1)")
    assert "not authorized to perform dsql:DbConnect" in refused(client.as_role(without_right), pair.host(), user="app")
    assert "not granted the database role app" in refused(client.as_role(stranger), pair.host(), user="app")
    mapped = admin.execute("select pg_role_name, arn from sys.iam_pg_role_mappings order by arn").fetchall()
    assert mapped == [("app", granted), ("app", without_right)]
    admin.execute(f"AWS IAM REVOKE app FROM '{granted}'")
    assert "not granted the database role app" in refused(client.as_role(granted), pair.host(), user="app")


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("AWS IAM GRANT nobody TO 'arn:aws:iam::000000000000:role/x'", errors.UndefinedObject),
        ("AWS IAM GRANT admin TO 'me'", errors.InvalidParameterValue),
        ("create index on shop.orders (amount)", errors.FeatureNotSupported),
        ("truncate shop.orders", errors.FeatureNotSupported),
        ("begin isolation level serializable", errors.FeatureNotSupported),
        ("create table shop.bad (id serial)", psycopg.Error),
    ],
)
def test_what_dsql_refuses_is_refused(admin, statement, error):
    with pytest.raises(error):
        admin.execute(statement)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("create table shop.one (id int primary key)", "create table shop.two (id int primary key)", "multiple ddl"),
        ("insert into shop.orders values ('ddl', 1)", "create table shop.two (id int primary key)", "ddl and dml"),
        ("create table shop.one (id int primary key)", "insert into shop.orders values ('ddl', 1)", "ddl and dml"),
    ],
)
def test_a_transaction_has_one_ddl_statement_and_no_dml_beside_it(admin, first, second, message):
    admin.execute("begin")
    admin.execute(first)
    with pytest.raises(errors.FeatureNotSupported, match=message):
        admin.execute(second)
    admin.execute("rollback")


def test_an_index_is_built_as_a_job(admin):
    (job,) = admin.execute("create index async on shop.orders (amount)").fetchone()
    assert admin.execute("call sys.wait_for_job(%s)", [job]).fetchone() == (True,)


def test_a_transaction_changes_at_most_3000_rows(admin):
    rows = [(f"row-{number}",) for number in range(3001)]
    with pytest.raises(errors.ProgramLimitExceeded), admin.transaction(), admin.cursor() as cursor:
        cursor.executemany("insert into shop.orders values (%s, 1)", rows)
    with admin.transaction(), admin.cursor() as cursor:
        cursor.executemany("insert into shop.orders values (%s, 1)", rows[:3000])
    assert admin.execute("select count(*) from shop.orders where id like 'row-%'").fetchone() == (3000,)


def test_a_conflict_between_regions_is_reported_as_oc000(admin, pair, client):
    admin.execute("insert into shop.orders values ('conflict', 0)")
    with client.connect(pair.host()) as first, client.connect(pair.host(SECONDARY)) as second:
        for connection in (first, second):
            connection.execute("begin")
            connection.execute("select amount from shop.orders where id = 'conflict'")
        first.execute("update shop.orders set amount = 1 where id = 'conflict'")
        first.execute("commit")
        with pytest.raises(errors.SerializationFailure, match="OC000"):
            second.execute("update shop.orders set amount = 2 where id = 'conflict'")


def test_no_increment_is_lost_when_conflicts_are_retried(admin, pair, client):
    admin.execute("insert into shop.orders values ('counter', 0)")

    def increment(region):
        with client.connect(pair.host(region)) as connection:
            for _ in range(20):
                while True:
                    try:
                        with connection.transaction():
                            (now,) = connection.execute(
                                "select amount from shop.orders where id = 'counter'"
                            ).fetchone()
                            connection.execute("update shop.orders set amount = %s where id = 'counter'", [now + 1])
                        break
                    except errors.SerializationFailure:
                        continue

    threads = [threading.Thread(target=increment, args=[region]) for region in (PRIMARY, SECONDARY, PRIMARY, SECONDARY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert admin.execute("select amount from shop.orders where id = 'counter'").fetchone() == (80,)


def test_large_values_pass_both_ways(admin):
    text = "x" * 5_000_000
    assert admin.execute("select %s::text", [text]).fetchone() == (text,)
