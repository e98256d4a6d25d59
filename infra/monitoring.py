"""Monitoring: a dashboard of both Regions, alarms in each, and the encrypted topics that they notify."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.cloudwatch_composite_alarm import CloudwatchCompositeAlarm
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from constructs import Construct

from infra.alarm import QUIET
from infra.checks import is_given, of_its_region
from infra.hcl import Value, expression, jsonencode
from infra.iam import ADMINISTERED_BY_IAM, allow, policy
from infra.module import local
from infra.monitoring_alarms import alarms
from infra.monitoring_api import HEALTH_CHECKS, ROUTE_53_REGION
from infra.monitoring_dashboard import dashboard
from infra.monitoring_inputs import topic_arn
from infra.placement import SIDES, arn, region
from infra.service_encryption import OFF

_WANTED = "${var.monitoring == null ? 0 : 1}"
_OWN_TOPIC = "var.monitoring == null ? 0 : var.monitoring.topic_arns == null ? 1 : 0"
RUNBOOK = "docs/operations.md"


def _wanted(side: str) -> Value:
    """The alarms of a Region that are there, by name."""
    known: dict[str, Value] = {alarm.name: alarm.document() for alarm in alarms(side)}
    return f"${{{{ for name, alarm in {expression(known)} : name => alarm if alarm.wanted }}}}"


class Monitoring(Construct):  # type: ignore[misc]
    """What is made where `monitoring` is given.

    A composite alarm sees only alarms of its own Region. So `both` of a Region joins what callers feel there with the
    silence of the other.

    Args:
        scope: the module, which also holds what is watched.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("monitoring", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        local(self, "alarms", {side: _wanted(side) for side in SIDES})
        local(self, "alarm_topic_arns", {side: topic_arn(side) for side in SIDES})
        for side in SIDES:
            self._topic(side, providers[side])
            self._alarms(side, providers[side])
            self._composites(side, providers[side])
        CloudwatchDashboard(
            self,
            "dashboard",
            provider=providers["primary"],
            count=cdktf.Token.as_number(_WANTED),
            dashboard_name="${var.name}",
            dashboard_body=jsonencode(dashboard()),
        ).override_logical_id("both")

    def _topic(self, side: str, provider: cdktf.TerraformProvider) -> None:
        # AWS's own key for SNS does not let CloudWatch in:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
        count = cdktf.Token.as_number(f"${{{_OWN_TOPIC}}}")
        own_key = cdktf.Token.as_number(f"${{{OFF} ? ({_OWN_TOPIC}) : 0}}")
        ours: dict[str, Value] = {
            "ArnLike": {"aws:SourceArn": arn("cloudwatch", side, "alarm:${var.name}-*")},
            "StringEquals": {"aws:SourceAccount": "${local.account_id}"},
        }
        cloudwatch: dict[str, Value] = {"Principal": {"Service": "cloudwatch.amazonaws.com"}, "Condition": ours}
        KmsKey(
            self,
            f"key_{side}",
            provider=provider,
            count=own_key,
            description=f"Alarm notifications of ${{var.name}}, {side}",
            enable_key_rotation=True,
            policy=policy(
                [
                    ADMINISTERED_BY_IAM,
                    {"Sid": "Alarms", **cloudwatch, **allow(["kms:Decrypt", "kms:GenerateDataKey*"], "*")},
                ]
            ),
            tags=cdktf.Token.as_string_map("${var.tags}"),
            # The topic leaves the key before the key goes.
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        ).override_logical_id(f"alarms_{side}")
        KmsAlias(
            self,
            f"alias_{side}",
            provider=provider,
            count=own_key,
            name=f"alias/${{var.name}}-alarms-{side}",
            target_key_id=f"${{aws_kms_key.alarms_{side}[0].key_id}}",
        ).override_logical_id(f"alarms_{side}")
        name = f"${{var.name}}-alarms-{side}"
        SnsTopic(
            self,
            f"topic_{side}",
            provider=provider,
            count=count,
            name=name,
            kms_master_key_id=f"${{{OFF} ? aws_kms_key.alarms_{side}[0].arn : local.service_key_arns.{side}}}",
            policy=policy([{"Sid": "Alarms", **cloudwatch, **allow("sns:Publish", arn("sns", side, name))}]),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(f"alarms_{side}")

    def _alarms(self, side: str, provider: cdktf.TerraformProvider) -> None:
        topics = f"${{each.value.notifies ? [local.alarm_topic_arns.{side}] : []}}"
        alarm = CloudwatchMetricAlarm(
            self,
            f"alarms_{side}",
            provider=provider,
            alarm_name=f"${{var.name}}-${{each.key}}-{side}",
            alarm_description=f"${{each.value.about}} Runbook: {RUNBOOK}#alarm-${{each.key}}",
            comparison_operator="${each.value.comparison}",
            datapoints_to_alarm=cdktf.Token.as_number("${each.value.points}"),
            dimensions=cdktf.Token.as_string_map("${try(each.value.dimensions, null)}"),
            evaluation_periods=cdktf.Token.as_number("${each.value.of}"),
            extended_statistic="${try(each.value.extended_statistic, null)}",
            metric_name="${try(each.value.metric_name, null)}",
            namespace="${try(each.value.namespace, null)}",
            period=cdktf.Token.as_number("${try(each.value.period, null)}"),
            statistic="${try(each.value.statistic, null)}",
            threshold=cdktf.Token.as_number("${try(var.monitoring.thresholds[each.key], each.value.threshold)}"),
            treat_missing_data="${each.value.missing}",
            alarm_actions=cdktf.Token.as_list(topics),
            ok_actions=cdktf.Token.as_list(topics),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        alarm.override_logical_id(side)
        alarm.add_override(
            "lifecycle.precondition",
            [
                {
                    "condition": f'${{each.key != "{HEALTH_CHECKS}" || {region(side)} == "{ROUTE_53_REGION}"}}',
                    "error_message": f"`monitoring.health_checks_in` names the side whose Region is {ROUTE_53_REGION}, "
                    f"where Route 53 keeps its metrics; the {side} Region is ${{{region(side)}}}. Give the other side "
                    "if that one is, else null.",
                }
            ],
        )
        # The topic's ARN is composed from names, so that Terraform does not see that it comes first.
        alarm.add_override("depends_on", [f"aws_sns_topic.alarms_{side}"])
        alarm.add_override(
            "for_each",
            f"${{{{ for name, alarm in local.alarms.{side} : name => alarm if {is_given('var.monitoring')} }}}}",
        )
        metric = {
            "for_each": "${metric_query.value.metric}",
            "content": {
                "dimensions": "${metric.value.dimensions}",
                "metric_name": "${metric.value.name}",
                "namespace": "${metric.value.namespace}",
                "period": "${metric.value.period}",
                "stat": "${metric.value.stat}",
            },
        }
        alarm.add_override(
            "dynamic.metric_query",
            {
                "for_each": "${each.value.queries}",
                "content": {
                    "dynamic": {"metric": metric},
                    "expression": "${try(metric_query.value.expression, null)}",
                    "id": "${metric_query.value.id}",
                    "return_data": '${metric_query.value.id == "value"}',
                },
            },
        )

    def _composites(self, side: str, provider: cdktf.TerraformProvider) -> None:
        names = expression([alarm.name for alarm in alarms(side) if alarm.serving])
        states = f'"ALARM(\\"${{var.name}}-${{name}}-{side}\\")" if contains(keys(local.alarms.{side}), name)'
        felt = f'${{join(" OR ", [for name in {names} : {states}])}}'
        rules = {
            "serving": ("Callers of this Region are not served.", felt),
            "both": (
                "Callers of this Region are not served, and nothing comes from the other Region.",
                f"{self._is_alarm('serving', side)} AND {self._is_alarm(QUIET, side)}",
            ),
        }
        for name, (about, rule) in rules.items():
            alarm = CloudwatchCompositeAlarm(
                self,
                f"{name}_{side}",
                provider=provider,
                count=cdktf.Token.as_number(_WANTED),
                alarm_name=f"${{var.name}}-{name}-{side}",
                alarm_description=f"{about} Runbook: {RUNBOOK}#alarm-{name}",
                alarm_rule=rule,
                alarm_actions=[f"${{local.alarm_topic_arns.{side}}}"],
                ok_actions=[f"${{local.alarm_topic_arns.{side}}}"],
                tags=cdktf.Token.as_string_map("${var.tags}"),
            )
            alarm.override_logical_id(f"{name}_{side}")
            if name == "serving":
                arns = f"[try(var.monitoring.topic_arns.{side}, null)]"
                near = of_its_region(f"monitoring.topic_arns.{side}", arns, side)
                alarm.lifecycle = cdktf.TerraformResourceLifecycle(precondition=[near])
            waits = [f"aws_cloudwatch_metric_alarm.{side}"]
            alarm.add_override(
                "depends_on", [*waits, f"aws_cloudwatch_composite_alarm.serving_{side}"] if name == "both" else waits
            )

    @staticmethod
    def _is_alarm(name: str, side: str) -> str:
        return f'ALARM("${{var.name}}-{name}-{side}")'
