"""Look into the database through a Region's endpoint, as its administrator, with an IAM token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row

from ops.aws import Aws
from ops.deployment import Side
from ops.login import ADMIN, connect, login


@dataclass(frozen=True)
class Database:
    """The database as it shows in one Region.

    Args:
        aws: the account, which signs the token.
        side: the Region.
        environment: holds PGHOSTADDR, PGPORT and PGSSLROOTCERT of the embedded cloud.
    """

    aws: Aws
    side: Side
    environment: Mapping[str, str]

    def rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Rows of a query, over a new connection with a verified certificate.

        Args:
            query: SQL text.
            values: its parameters.

        Raises:
            LoginError: no connection.
            psycopg.Error: the query is refused.
        """
        with (
            connect(login(self.aws, self.side, ADMIN, self.environment)) as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            return cursor.execute(query.encode(), values).fetchall()
