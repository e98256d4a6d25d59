"""Which functions there are, and what each is given and allowed besides its log and its database."""

from infra import fields
from infra.hcl import Value, expression
from infra.iam import allow
from infra.placement import arn

# database_role: the PostgreSQL role that the function connects as; only `migrate` may be admin.
FUNCTIONS: dict[str, dict[str, str]] = {
    "audit": {"database_role": "audit", "handler": "audit.handler"},
    "consumer": {"database_role": "consumer", "handler": "consumer.handler"},
    "migrate": {"database_role": "admin", "handler": "migrate.handler"},
    "notify": {"database_role": "notify", "handler": "notify.handler"},
    "relay": {"database_role": "relay", "handler": "relay.handler"},
    "review": {"database_role": "review", "handler": "review.handler"},
    "transactions": {"database_role": "app", "handler": "api.handler"},
}
# The functions of the rules on the content of events; they are there only with `event_routing`.
CONTENT = ("audit", "notify", "review")
# The functions that AWS invokes without waiting for the answer, with the retries of each; what fails for good goes to
# the queue `failed`.
ASYNCHRONOUS = {"audit": 2, "consumer": 2, "notify": 2, "relay": 0, "review": 2}
DATABASE_ACTIONS: dict[str, list[str]] = {
    **{name: ["dsql:DbConnect"] for name in FUNCTIONS},
    "migrate": ["dsql:DbConnectAdmin"],
    "transactions": ["dsql:DbConnect", "dsql:GetCluster"],
}


def relay_arn(side: str) -> str:
    """ARN of a Region's relay, known at plan time."""
    return arn("lambda", side, f"function:${{var.name}}-relay-{side}")


def topic_arn(side: str) -> str:
    """ARN of a Region's topic of notifications, known at plan time."""
    return arn("sns", side, f"${{var.name}}-notifications-{side}")


def environments(side: str) -> dict[str, Value]:
    """Environment variables by function, besides those of all functions."""
    transactions: Value = {
        "CLUSTER_IDENTIFIER": f"${{aws_dsql_cluster.{side}.identifier}}",
        "RELAY_FUNCTION_NAME": f"${{var.name}}-relay-{side}",
    }
    return {
        **{name: {} for name in FUNCTIONS},
        "notify": {"TOPIC_ARN": topic_arn(side)},
        "relay": {"EVENT_BUS_NAME": "${var.name}"},
        "transactions": f"${{merge({expression(transactions)}, {fields.environment(side)})}}",
    }


def statements(side: str) -> dict[str, list[Value]]:
    """Statements of the policy `work` by function, besides the log's."""
    failed = allow("sqs:SendMessage", arn("sqs", side, f"${{var.name}}-failed-{side}"))
    return {
        **{name: [failed] if name in ASYNCHRONOUS else [] for name in FUNCTIONS},
        "notify": [failed, allow("sns:Publish", topic_arn(side))],
        "relay": [failed, allow("events:PutEvents", arn("events", side, "event-bus/${var.name}"))],
        "transactions": [allow("lambda:InvokeFunction", relay_arn(side))],
    }
