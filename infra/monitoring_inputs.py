"""The input `monitoring` and what it puts out."""

from infra.checks import listed
from infra.hcl import Value, expression
from infra.input import Input
from infra.monitoring_alarms import alarms
from infra.monitoring_metrics import DIMENSIONS
from infra.output import Output
from infra.placement import SIDES, arn, region

NAMES = sorted(alarm.name for alarm in alarms("primary"))

_DIMENSIONS = ", ".join(f'{kind} = optional(string, "{name}")' for kind, name in DIMENSIONS.items())

MONITORING = Input(
    f"object({{ dsql_dimensions = optional(object({{ {_DIMENSIONS} }}), {{}}), "
    "health_checks_in = optional(string), "
    "thresholds = optional(map(number), {}), "
    "topic_arns = optional(object({ primary = string, secondary = string })) })",
    "One dashboard of both Regions, alarms in each, and SNS topics that they notify. `thresholds` changes alarms by "
    "name, `topic_arns` brings your topics, each of its Region. `dsql_dimensions` names the dimension of the DSQL "
    "metrics, which AWS's page and practice name differently; `make verify` says which one has data. "
    "`health_checks_in` is the side, primary or secondary, whose Region is us-east-1, the only one where an alarm can "
    "watch the health checks of `api.domain`. Null makes none.",
    default=None,
    nullable=True,
    checks=[
        (
            f"${{alltrue([for name in try(keys(var.monitoring.thresholds), []) : contains({NAMES}, name)])}}".replace(
                "'", '"'
            ),
            f"`monitoring.thresholds`: an alarm is one of {', '.join(NAMES)}, got "
            '${join(", ", try(keys(var.monitoring.thresholds), []))}.',
        ),
        (
            '${contains(["none", "primary", "secondary"], '
            'coalesce(try(var.monitoring.health_checks_in, null), "none"))}',
            '`monitoring.health_checks_in` must be "primary", "secondary" or null, got '
            '"${coalesce(try(var.monitoring.health_checks_in, null), "null")}".',
        ),
        (
            "${alltrue([for topic in try(values(var.monitoring.topic_arns), []) : "
            'can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", topic))])}',
            "`monitoring.topic_arns` must be the ARNs of two SNS topics, arn:aws:sns:<Region>:<account>:<name>, got "
            f"{listed('try(values(var.monitoring.topic_arns), [])')}.",
        ),
        (
            "${alltrue([for dimension in try(values(var.monitoring.dsql_dimensions), []) : "
            'can(regex("^[A-Za-z]+$", dimension))])}',
            "`monitoring.dsql_dimensions`: a name of a dimension such as ClusterId or ResourceId, got "
            '${join(", ", try(values(var.monitoring.dsql_dimensions), []))}.',
        ),
    ],
)


def topic_arn(side: str) -> str:
    """Expression of the topic that a Region's alarms notify, the caller's or ours; ours is known at plan time."""
    ours = arn("sns", side, f"${{var.name}}-alarms-{side}")
    callers = f"var.monitoring.topic_arns.{side}"
    # No `try`, which gives up on a value that is unknown in part: the caller may make the topics in the same root.
    return f'${{var.monitoring == null ? "{ours}" : var.monitoring.topic_arns == null ? "{ours}" : {callers}}}'


def _side(side: str) -> dict[str, Value]:
    alarm = arn("cloudwatch", side, f"alarm:${{var.name}}-${{name}}-{side}")
    names = f'concat(keys(local.alarms.{side}), ["both", "serving"])'
    return {
        "alarm_arns": f'${{{{ for name in {names} : name => "{alarm}" }}}}',
        "topic_arn": f"${{local.alarm_topic_arns.{side}}}",
    }


_CONSOLE = (
    f"https://${{{region('primary')}}}.console.aws.amazon.com/cloudwatch/home"
    f"?region=${{{region('primary')}}}#dashboards/dashboard/${{var.name}}"
)
_VALUE: dict[str, Value] = {
    "dashboard_name": "${var.name}",
    "dashboard_url": _CONSOLE,
    **{side: _side(side) for side in SIDES},
}
OUTPUT = Output(
    "Name and address of the dashboard; for the sides `primary` and `secondary` the topic that the alarms notify, and "
    "each alarm's ARN by name. Null without `monitoring`.",
    f"${{var.monitoring == null ? null : {expression(_VALUE)}}}",
    [
        "aws_cloudwatch_dashboard.both",
        *(f"aws_cloudwatch_metric_alarm.{side}" for side in SIDES),
        *(f"aws_cloudwatch_composite_alarm.both_{side}" for side in SIDES),
    ],
    optional=True,
)
