"""EventBridge deletes no rule that has targets and no bus that has rules; MiniStack takes them along.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import eventbridge

from localcloud.patches import Context

Record = dict[str, Any]

NEEDS = {
    "services.eventbridge": (
        "_delete_event_bus",
        "_delete_rule",
        "_rule_key",
        "_rules",
        "_targets",
        "error_response_json",
    )
}


def install(_: Context) -> None:
    """Refuse what AWS refuses."""
    delete_rule, delete_bus = eventbridge._delete_rule, eventbridge._delete_event_bus

    def rule(data: Record) -> Any:
        key = eventbridge._rule_key(data.get("Name"), data.get("EventBusName", "default"))
        if eventbridge._targets.get(key):
            return _refused("Rule can't be deleted since it has targets.")
        return delete_rule(data)

    def bus(data: Record) -> Any:
        name = data.get("Name")
        if any(rule.get("EventBusName") == name for rule in eventbridge._rules.values()):
            return _refused(f"Event bus {name} can't be deleted since it has rules.")
        return delete_bus(data)

    eventbridge._delete_rule, eventbridge._delete_event_bus = rule, bus


def _refused(message: str) -> Any:
    return eventbridge.error_response_json("ValidationException", message, 400)
