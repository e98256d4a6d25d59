"""Which record set Route 53 answers with, by its routing policy and the health of each.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

RecordSet = Mapping[str, Any]


def choose(
    record_sets: Iterable[RecordSet], healthy: Callable[[str], bool], pick: Callable[[], float] = random.random
) -> RecordSet | None:
    """Choose among the record sets of one name and type.

    Args:
        record_sets: as Route 53's API has them.
        healthy: whether the health check of an id is.
        pick: a number from 0 to below 1, for weights.

    Returns:
        The one that answers; None where there is none. If none is healthy, Route 53 takes all for healthy.
    """
    given = list(record_sets)
    fit = [one for one in given if "HealthCheckId" not in one or healthy(one["HealthCheckId"])] or given
    if not fit:
        return None
    if "Failover" in fit[0]:
        return min(fit, key=lambda one: one["Failover"] != "PRIMARY")
    if "Weight" in fit[0]:
        return _by_weight(fit, pick)
    # The distance is the same to every Region here, so that the first one by name is the nearest.
    return min(fit, key=lambda one: str(one.get("Region", "")))


def _by_weight(fit: list[RecordSet], pick: Callable[[], float]) -> RecordSet:
    # Weights of zero count where there is no other.
    weights = [one["Weight"] for one in fit]
    left = pick() * sum(weights)
    for one, weight in zip(fit, weights, strict=True):
        left -= weight
        if left < 0:
            return one
    return fit[0]
