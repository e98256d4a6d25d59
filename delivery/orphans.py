"""Log groups that outlive a destruction: a function's last lines make its group anew after it was deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

ClientFor = Callable[[str, str], Any]


def log_groups(resources: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Region and name of each log group in a state.

    Args:
        resources: of the state, as `terraform show -json` prints them.
    """
    groups = [found["values"] for found in resources if found["type"] == "aws_cloudwatch_log_group"]
    return [(values["arn"].split(":")[3], values["name"]) for values in groups]


def remove(groups: Iterable[tuple[str, str]], client_for: ClientFor) -> Iterator[str]:
    """Delete those that are there again.

    Args:
        groups: Region and name.
        client_for: gives boto3 clients of the account.

    Yields:
        The name of each group that was deleted.
    """
    for region, name in groups:
        try:
            client_for("logs", region).delete_log_group(logGroupName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
        else:
            yield name
