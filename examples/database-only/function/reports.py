"""A function of your own: connects to the cluster of its Region, with a token in place of a password."""

import os
from pathlib import Path

import boto3
import botocore
import psycopg

# The authorities that boto3 trusts; a PostgreSQL driver brings none that Lambda's image would have.
AUTHORITIES = Path(botocore.__file__).with_name("cacert.pem")


def handler(_event: object, _context: object) -> dict[str, str]:
    """Answer who is connected to what."""
    endpoint, role = os.environ["CLUSTER_ENDPOINT"], os.environ["DATABASE_ROLE"]
    token = boto3.client("dsql").generate_db_connect_auth_token(endpoint, os.environ["AWS_REGION"])
    with psycopg.connect(
        host=endpoint,
        dbname="postgres",
        user=role,
        password=token,
        sslmode="verify-full",
        sslrootcert=os.environ.get("PGSSLROOTCERT", str(AUTHORITIES)),
    ) as connection:
        row = connection.execute("select current_user, version()").fetchone()
    return dict(zip(("user", "version"), row or (), strict=True))
