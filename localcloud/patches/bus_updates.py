"""UpdateEventBus replaces the bus's key and dead-letter queue: what a request leaves out is off, as on AWS.

MiniStack keeps both, so that a bus would stay on a key that goes. "If you do not specify a customer managed key
identifier, EventBridge uses an AWS owned key":
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html. Terraform's provider counts on it
and leaves out what it takes away: `resourceBusUpdate` of its internal/service/events/bus.go.
"""

from __future__ import annotations

from typing import Any

from ministack.services import eventbridge

from localcloud.patches import Context

Response = tuple[int, dict[str, str], bytes]

NEEDS = {"services.eventbridge": ("_event_buses", "_update_event_bus")}
_REPLACED = ("DeadLetterConfig", "KmsKeyIdentifier", "LogConfig")


def install(_: Context) -> None:
    """Forget first what an update replaces."""
    update = eventbridge._update_event_bus

    def update_event_bus(data: dict[str, Any]) -> Response:
        bus = eventbridge._event_buses.get(data.get("Name", "")) or {}
        for field in _REPLACED:
            bus.pop(field, None)
        answer: Response = update(data)
        return answer

    eventbridge._update_event_bus = update_event_bus
