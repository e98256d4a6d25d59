"""Findings of checkov that a resource is not changed for, each with its reason.

The reason goes to `modules/` as a comment in the resource, where checkov looks for it:
https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html. `make checkov` allows no other failure.
"""

from constructs import Construct, IConstruct

_KIND = "checkov"


def suppress(resource: Construct, **reasons: str) -> None:
    """Accept findings on a resource.

    Args:
        resource: the resource that the findings are about.
        reasons: id of each check, such as `CKV_AWS_50`, and why its advice is not followed.
    """
    for check, reason in reasons.items():
        resource.node.add_metadata(_KIND, f"checkov:skip={check}:{reason}")


def comments(construct: IConstruct) -> list[str]:
    """Return what `suppress` noted on a construct, a line for each finding."""
    return [entry.data for entry in construct.node.metadata if entry.type == _KIND]
