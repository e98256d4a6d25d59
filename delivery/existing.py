"""Look up whether an object that Terraform is about to create exists already, and how it is imported."""

from __future__ import annotations

from botocore.exceptions import ClientError

from delivery.kinds import KINDS
from delivery.kinds.kind import Client, Existing, Values

_ABSENT = ("NoSuch", "NotFound", "NonExistent", "DoesNotExist")


def find(kind: str, client: Client, values: Values) -> Existing | None:
    """Look for the object that a planned resource describes.

    Args:
        kind: resource type, for example `aws_iam_role`.
        client: gives a boto3 client of the resource's Region for a service.
        values: the planned values, `after` in the plan.

    Returns:
        The object; None if it does not exist, the type needs no look, or the plan does not know enough of it yet.

    Raises:
        botocore.exceptions.ClientError: AWS refuses the look.
    """
    known = KINDS.get(kind)
    if known is None or any(values.get(name) is None for name in known.needs):
        return None
    try:
        return known.look(client, values)
    except ClientError as error:
        if any(word in error.response["Error"]["Code"] for word in _ABSENT):
            return None
        raise
