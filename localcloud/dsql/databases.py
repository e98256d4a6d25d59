"""The storage of DSQL clusters: one PostgreSQL server for each cluster, or for each linked pair of clusters.

A server of its own, not a database in a shared one, because roles belong to a server: two applications may both have
a role `app`, and what was deleted must leave nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from localcloud.peers import post
from localcloud.postgres import Postgres

_START_SECONDS = 30.0  # PostgreSQL takes one; on a busy machine more
# What AWS shows in sys.iam_pg_role_mappings:
# https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html
_BOOTSTRAP = """
create role admin login createrole;
grant all on schema public to admin;
grant create, connect on database postgres to admin;
create schema sys;
grant usage on schema sys to public;
create table sys.role_mappings (
    iam_oid integer generated always as identity, arn text not null, role_name name not null,
    primary key (role_name, arn)
);
create view sys.iam_pg_role_mappings as
    select m.iam_oid, m.arn, r.oid as pg_role_oid, r.rolname as pg_role_name,
           g.oid as grantor_pg_role_oid, g.rolname as grantor_pg_role_name
    from sys.role_mappings m
    join pg_roles r on r.rolname = m.role_name
    join pg_roles g on g.rolname = 'admin';
grant select on sys.iam_pg_role_mappings to public;
"""

_CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like %s"


def group_of(arns: Iterable[str]) -> str:
    """The name of the storage that the clusters with these ARNs share."""
    return hashlib.sha256("|".join(sorted(set(arns))).encode()).hexdigest()[:12]


class Storage(Protocol):
    """Whoever starts and removes the storage of clusters."""

    def ensure(self, group: str) -> str:
        """The path of the Unix socket of the group's server, which is started if it does not run."""

    def drop(self, group: str) -> None:
        """End the group's server and delete its data."""


class RemoteDatabases:
    """The storage that another process keeps, so that it outlives this one."""

    def __init__(self, url: str, instance: str) -> None:
        """`url` is the keeper's, `instance` the cloud's mark."""
        self._url = url
        self._instance = instance

    def ensure(self, group: str) -> str:
        """See `Storage`."""
        return str(post(self._url, "databases.ensure", {"group": group}, self._instance, seconds=_START_SECONDS))

    def drop(self, group: str) -> None:
        """See `Storage`."""
        post(self._url, "databases.drop", {"group": group}, self._instance)


class Databases:
    """Starts and removes PostgreSQL servers. One thread does it all, so that no two callers start the same one."""

    def __init__(self, scratch: Path, logs: Path, instance: str) -> None:
        """`scratch` receives the data and sockets, `logs` the servers' output; `instance` marks the processes."""
        self._scratch = scratch
        self._logs = logs
        self._instance = instance
        self._servers: dict[str, Postgres] = {}
        # A thread that stays: the kernel ends children of a thread that ends (see processes.start).
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="databases")

    def ensure(self, group: str) -> str:
        """The path of the Unix socket of the group's server, which is started if it does not run."""
        return self._thread.submit(self._ensure, group).result()

    def drop(self, group: str) -> None:
        """End the group's server and delete its data."""
        self._thread.submit(self._drop, group).result()

    def cut(self, region: str) -> None:
        """End the sessions of a Region, which has frozen.

        PostgreSQL would keep the locks of its open transactions, and others would wait for them; DSQL has no locks.
        """
        self._thread.submit(self._cut, region).result()

    def stop(self) -> None:
        """End all servers and delete their data."""
        for group in list(self._servers):
            self.drop(group)

    def _ensure(self, group: str) -> str:
        server = self._servers.get(group)
        if server is None:
            log = self._logs / f"postgres-{group}.log"
            server = Postgres(self._scratch / group, log, instance=self._instance, dies_with_parent=True)
            server.start()
            with server.connect() as connection:
                connection.execute(_BOOTSTRAP)
            self._servers[group] = server
        elif not server.running:
            server.start()
        return str(server.socket)

    def _cut(self, region: str) -> None:
        for server in self._servers.values():
            with server.connect() as connection:
                connection.execute(_CUT, [f"{region} %"])

    def _drop(self, group: str) -> None:
        server = self._servers.pop(group, None)
        if server is not None:
            server.stop()
