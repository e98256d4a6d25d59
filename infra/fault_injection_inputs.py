"""The input `fault_injection`: templates of AWS Fault Injection Service for an exercise of a Region's outage."""

from infra.checks import listed, whole
from infra.hcl import Value, expression
from infra.input import Input
from infra.output import Output
from infra.placement import SIDES

# https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html: one minute to twelve hours.
LONGEST_MINUTES = 720
_GIVEN = "try(flatten(values(var.fault_injection.stop_alarm_arns)), [])"
_DURATION = whole("var.fault_injection.duration_minutes", 1, LONGEST_MINUTES)
_PERCENTAGE = whole("var.fault_injection.percentage", 1, 100)
INPUT = Input(
    "object({ duration_minutes = optional(number, 10), network = optional(bool, false), "
    "percentage = optional(number, 100), "
    "stop_alarm_arns = optional(object({ primary = optional(list(string), []), "
    "secondary = optional(list(string), []) }), {}) })",
    "AWS Fault Injection Service experiment templates for each Region, which `python -m ops drill --aws` starts and "
    "nothing else does: `database` lets `percentage` of the connections to the Region's cluster fail for "
    "`duration_minutes`; `network`, where it is on, cuts off the functions' subnets of `vpc`, and whatever else is in "
    "them. The alarm `both` of the Region stops an experiment, so it takes `monitoring`; `stop_alarm_arns` are more "
    "alarms of yours, each of its Region. Null makes no template.",
    default=None,
    nullable=True,
    checks=[
        (
            f"${{var.fault_injection == null || try({_DURATION}, false)}}",
            f"`fault_injection.duration_minutes` must be a whole number, 1 to {LONGEST_MINUTES}, got "
            '${try(var.fault_injection.duration_minutes, "null")}.',
        ),
        (
            f"${{var.fault_injection == null || try({_PERCENTAGE}, false)}}",
            "`fault_injection.percentage` must be a whole number, 1 to 100, got "
            '${try(var.fault_injection.percentage, "null")}.',
        ),
        (
            "${var.fault_injection == null || var.monitoring != null}",
            "`fault_injection` needs `monitoring`, whose alarm `both` stops an experiment; an empty object is enough.",
        ),
        (
            "${try(var.fault_injection.network, false) != true || var.vpc != null}",
            "`fault_injection.network` cuts off the subnets of `vpc`: give one, or leave it false.",
        ),
        (
            f"${{alltrue([for alarm in {_GIVEN} : "
            'can(regex("^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:.+$", alarm))])}',
            "`fault_injection.stop_alarm_arns` must be ARNs of CloudWatch alarms, "
            f"arn:aws:cloudwatch:<Region>:<account>:alarm:<name>, got {listed(_GIVEN)}.",
        ),
    ],
)


def _side(side: str) -> dict[str, Value]:
    templates = f"{{ for fault, template in aws_fis_experiment_template.{side} : fault => template.id }}"
    return {
        "log_group_name": f"${{one(aws_cloudwatch_log_group.faults_{side}[*].name)}}",
        "template_ids": f"${{{templates}}}",
    }


OUTPUT = Output(
    "For the sides `primary` and `secondary`: id of each experiment template by fault, and the log group of the "
    "experiments. Null without `fault_injection`.",
    f"${{var.fault_injection == null ? null : {expression({side: _side(side) for side in SIDES})}}}",
    optional=True,
)
