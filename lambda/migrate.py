"""The migration: brings the schema, the database roles and their IAM mappings up to date. Alone connects as admin."""

from __future__ import annotations

import math
import os

from transactions import access, schema
from transactions.database import Database
from transactions.errors import ApplicationError
from transactions.invocation import Context, Deadline
from transactions.logs import Log
from transactions.settings import Settings, load


def handler(event: object, context: Context) -> dict[str, object]:
    """Bring the database up to date. May be run again at any time, and from two places at once.

    Args:
        event: `{"roles": {"app": [ARN of an IAM role, ...], ...}}`: the IAM roles that may use each database role.
        context: Lambda's.

    Returns:
        `schema_version`, the number of the last migration; `applied`, the names of those that this run applied;
        `grants`, the ARNs by database role.

    Raises:
        ApplicationError: what failed, with the database's message; a MigrationError names the migration. What was
            applied before it stays.
    """
    log = Log.of(context, os.environ)
    wished = access.parse(event)
    deadline = Deadline.of(context, reserve=5.0)
    database = Database(
        load(Settings, os.environ),
        os.environ,
        application="migrate",
        transient=schema.CONCURRENT,
        attempt_seconds=math.inf,  # to build an index takes its time
    )
    try:
        applier = schema.Schema(database, deadline, log)
        applied = applier.migrate(schema.load())
        access.map_roles(database, wished, deadline, log)
        result = {"schema_version": applier.version(), "applied": applied, "grants": wished}
    except ApplicationError:
        log.exception("migration failed")
        raise
    finally:
        database.close()
    log.info("schema is up to date", **result)
    return result
