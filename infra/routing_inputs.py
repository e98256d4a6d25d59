"""The input `event_routing` and what comes of it: events by content."""

from infra.checks import listed, whole
from infra.hcl import Value, expression
from infra.input import Input
from infra.output import Output
from infra.placement import SIDES

# The transactions' types and the accounts' classes, as lambda/transactions/model.py has them; tests/house compares.
TYPES = ("deposit", "payment", "transfer", "withdrawal")
ACCOUNT_CLASSES = ("business", "institution", "personal")
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html: numbers beyond 5e9 match no
# numeric condition. The rule finds larger amounts by their digits: 10 and more, which is 1e9 and more.
LARGEST_REVIEW_AMOUNT = 1_000_000_000
MOST_DIGITS_COMPARED = 9


def _known(field: str, allowed: tuple[str, ...]) -> tuple[str, str]:
    given = f"var.event_routing.{field}"
    names = ", ".join(f'"{name}"' for name in allowed)
    return (
        f"${{var.event_routing == null || try(length({given}) > 0 && length(setsubtract({given}, [{names}])) == 0, "
        "false)}",
        f"`event_routing.{field}` must be one or more of {', '.join(allowed)}, got {listed(f'try({given}, [])')}.",
    )


_ARCHIVED = whole("var.event_routing.archive_retention_days", 1, 3653)
EVENT_ROUTING = Input(
    "object({ archive_retention_days = optional(number, 14), "
    'audit_account_classes = optional(set(string), ["business", "institution"]), '
    'handled_in = optional(string, "origin"), '
    'notify_types = optional(set(string), ["withdrawal"]), '
    "review_amount = optional(number, 10000), "
    "schema_registry = optional(bool, false) })",
    "Rules on the content of events. Transactions of `review_amount` or more, in any currency, become rows to review; "
    "those of `notify_types` go to a topic in each Region; those that change accounts of `audit_account_classes` leave "
    "audit lines. `handled_in` says in which Region: that of their `origin`, or always `primary`, or always "
    "`secondary`. Each Region archives all events for `archive_retention_days`, so that they can be replayed. With "
    "`schema_registry` each publishes their JSON Schema in an EventBridge schema registry. An empty object takes the "
    "defaults; null makes none of it.",
    default=None,
    nullable=True,
    checks=[
        (
            f"${{var.event_routing == null || try({_ARCHIVED}, false)}}",
            "`event_routing.archive_retention_days` must be a whole number, 1 to 3653, got "
            '${try(var.event_routing.archive_retention_days, "null")}.',
        ),
        _known("audit_account_classes", ACCOUNT_CLASSES),
        (
            '${var.event_routing == null || try(contains(["origin", "primary", "secondary"], '
            "var.event_routing.handled_in), false)}",
            "`event_routing.handled_in` must be origin, primary or secondary, got "
            '"${try(var.event_routing.handled_in, "null")}".',
        ),
        _known("notify_types", TYPES),
        (
            "${var.event_routing == null || try(var.event_routing.review_amount >= 0.01 && "
            f"var.event_routing.review_amount <= {LARGEST_REVIEW_AMOUNT}, false)}}",
            f"`event_routing.review_amount` must be 0.01 to {LARGEST_REVIEW_AMOUNT}, got "
            '${try(var.event_routing.review_amount, "null")}.',
        ),
    ],
)
_TOPIC_ARNS: dict[str, Value] = {side: f"${{one(aws_sns_topic.notifications_{side}[*].arn)}}" for side in SIDES}
NOTIFICATION_TOPIC_ARNS = Output(
    "For the sides `primary` and `secondary`: SNS topic of the notifications, for subscriptions of yours; null without "
    "`event_routing`.",
    f"${{var.event_routing == null ? null : {expression(_TOPIC_ARNS)}}}",
    optional=True,
)
