"""What somebody may break by hand of the pair and in its database."""

from __future__ import annotations

from demo.database import Database

from .registry import breaks


def sql(deployed, statement: str, *values: object) -> list[dict]:
    return Database(deployed.aws, deployed.deployment.primary, deployed.environment).rows(statement, values)


@breaks("us-east-1: cluster is ACTIVE and linked", "peers []")
def unlinked(deployed):
    here, there = deployed.deployment.sides
    client = deployed.aws.client("dsql", here.region)

    def link(*peers):
        client.update_cluster(
            identifier=here.cluster_identifier,
            multiRegionProperties={"witnessRegion": "us-west-2", "clusters": list(peers)},
        )

    link()
    yield
    link(there.cluster_arn)


@breaks("us-east-1: schema is that of the package", "version ")
def migration_missing(deployed):
    change = "update transactions.schema_migrations set version = -version where abs(version) = %s returning 1"
    (newest,) = sql(deployed, "select max(version) from transactions.schema_migrations")
    sql(deployed, change, newest["max"])
    yield
    sql(deployed, change, newest["max"])


@breaks("us-east-1: function reaches its database, no event waits", "the oldest event waits for")
def events_wait(deployed):
    sql(
        deployed,
        "insert into transactions.outbox_attempts (event_id, attempts, error_code, retry_at) values "
        "('00000000-0000-0000-0000-000000000001', 1, 'X', now() + interval '1 hour') returning 1",
    )
    sql(
        deployed,
        "insert into transactions.outbox (event_id, owner_region, shard, transaction_id, detail_type, detail, "
        "created_at) values ('00000000-0000-0000-0000-000000000001', 'us-east-1', 0, 'old', 'T', '{}', "
        "now() - interval '10 minutes') returning 1",
    )
    yield
    for table in ("outbox", "outbox_attempts"):
        sql(
            deployed,
            f"delete from transactions.{table} where event_id = '00000000-0000-0000-0000-000000000001' returning 1",
        )
