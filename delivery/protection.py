"""Which clusters AWS would refuse to delete: asked of AWS, because somebody may have switched it by hand.

An apply takes the protection off. Terraform's provider then waits for the cluster to be ACTIVE, which one that an
interrupted apply left without its peer never is: there the protection goes by a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

ClientFor = Callable[[str, str], Any]
_SET_UP = ("ACTIVE", "IDLE", "INACTIVE", "UPDATING")


@dataclass(frozen=True)
class Protected:
    """A cluster that exists and is protected.

    Args:
        address: in the state.
        set_up: whether an apply can change it.
        lift: takes the protection off by a call.
    """

    address: str
    set_up: bool
    lift: Callable[[], object] = field(compare=False, repr=False)


def on(resources: Iterable[Mapping[str, Any]], client_for: ClientFor) -> Iterator[Protected]:
    """The clusters of a state that are protected now.

    Args:
        resources: of the state, as `terraform show -json` prints them.
        client_for: gives boto3 clients of the account.

    Raises:
        botocore.exceptions.ClientError: AWS does not tell.
    """
    for found in resources:
        if found["type"] != "aws_dsql_cluster":
            continue
        identifier = found["values"]["identifier"]
        dsql = client_for("dsql", found["values"]["arn"].split(":")[3])
        try:
            cluster = dsql.get_cluster(identifier=identifier)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            continue
        if cluster["deletionProtectionEnabled"]:
            lift = partial(dsql.update_cluster, identifier=identifier, deletionProtectionEnabled=False)
            yield Protected(found["address"], cluster["status"] in _SET_UP, lift)
