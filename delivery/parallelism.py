"""How many operations Terraform may do at once: never one at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from delivery.errors import RefusedError

_PARALLELISM = re.compile(r"-?-parallelism[= ]+[\"']?(-?\d+)")


def refuse_serial(environment: Mapping[str, str]) -> None:
    """Turn down a parallelism with which the two clusters wait for each other for ever.

    Each of a linked pair becomes ACTIVE, and is deleted, only together with the other; Terraform has to work on both at
    once.

    Args:
        environment: the environment; every TF_CLI_ARGS variable is looked at.

    Raises:
        RefusedError: one of them sets `-parallelism` below 2.
    """
    for name, value in environment.items():
        found = _PARALLELISM.search(value) if name.startswith("TF_CLI_ARGS") else None
        if found and int(found[1]) < 2:
            raise RefusedError(
                f"{name} sets -parallelism={found[1]}: the two linked clusters are created and deleted together, so "
                "with one operation at a time each waits for the other until the timeout; use 2 or more (default 10)"
            )
