"""The rules, in the order of their ids."""

from policy.rule import Rule
from policy.rules import clusters, keys, pairs

_ROOMS = (clusters, pairs, keys)
ALL: tuple[Rule, ...] = tuple(
    sorted(
        (found for room in _ROOMS for found in vars(room).values() if isinstance(found, Rule)), key=lambda rule: rule.id
    )
)
BY_ID = {rule.id: rule for rule in ALL}
