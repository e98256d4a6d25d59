"""Looks into a deployed pair's database from outside: as IAM's administrator, or with somebody's credentials."""

from contextlib import contextmanager

import boto3
import psycopg


@contextmanager
def connected(environment, side, role="admin", credentials=None):
    """A connection to a Region's cluster, each statement a transaction of its own.

    Args:
        environment: of the embedded cloud's clients.
        side: Region and cluster, of a `Deployment`.
        role: the PostgreSQL role.
        credentials: boto3's names of the keys to sign with; None takes those of the environment.
    """
    keys = credentials or {
        "aws_access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
    }
    client = boto3.client("dsql", region_name=side.region, **keys)
    make = client.generate_db_connect_admin_auth_token if role == "admin" else client.generate_db_connect_auth_token
    with psycopg.connect(
        host=side.endpoint,
        hostaddr=environment["PGHOSTADDR"],
        port=environment["PGPORT"],
        user=role,
        password=make(side.endpoint, side.region),
        dbname="postgres",
        sslmode="verify-full",
        sslrootcert=environment["PGSSLROOTCERT"],
        connect_timeout=10,
        autocommit=True,
    ) as connection:
        yield connection


def rows(environment, side, query, *values):
    """What a query gives to the administrator."""
    with connected(environment, side) as connection:
        return connection.execute(query, values).fetchall()
