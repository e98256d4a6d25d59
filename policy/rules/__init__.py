"""The rules, in the order of their ids."""

from policy.rule import Rule
from policy.rules import access, alarms, apis, clusters, events, functions, keys, pairs, roots

_ROOMS = (clusters, pairs, keys, access, events, functions, apis, alarms, roots)
ALL: tuple[Rule, ...] = tuple(
    sorted(
        (found for room in _ROOMS for found in vars(room).values() if isinstance(found, Rule)), key=lambda rule: rule.id
    )
)
BY_ID = {rule.id: rule for rule in ALL}
