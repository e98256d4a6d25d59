"""Events by content: rules that hand transactions to functions by amount, type and account class, and the archives."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.cloudwatch_event_archive import CloudwatchEventArchive
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetDeadLetterConfig,
    CloudwatchEventTargetInputTransformer,
    CloudwatchEventTargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from constructs import Construct

from infra.checks import is_given
from infra.events import APPLICATION_SOURCE, RETRIES
from infra.hcl import Value, expression, jsonencode
from infra.module import local
from infra.placement import SIDES, region
from infra.routing_inputs import MOST_DIGITS_COMPARED
from infra.service_encryption import OFF, OPTIONAL
from infra.suppression import suppress

DETAIL_TYPE = "Transaction Created"
_IF_ON = "${length(var.event_routing[*])}"
# What each rule looks for in the detail of an event, and what it says to its function.
_CONTENT: dict[str, dict[str, Value]] = {
    "audit": {
        "detail": {"account_classes": "${routing.audit_account_classes}"},
        "reason": 'account of class ${join(" or ", routing.audit_account_classes)}',
    },
    "notify": {
        "detail": {"type": "${routing.notify_types}"},
        "reason": 'type ${join(" or ", routing.notify_types)}',
    },
    "review": {
        "detail": {
            "$or": [
                {"amount": [{"numeric": [">=", "${routing.review_amount}"]}]},
                {"amount_digits": [{"numeric": [">", MOST_DIGITS_COMPARED]}]},
            ]
        },
        "reason": "amount of ${routing.review_amount} or more",
    },
}


class Routing(Construct):  # type: ignore[misc]
    """In each Region: the rules on the content of events, what they need, and the archive of the bus.

    With `handled_in = "origin"` a rule matches what was put in its own Region, so that of the two Regions one handles
    an event. Otherwise the rules of one Region match what was put in either, and those of the other are switched off.

    Args:
        scope: the module, which also holds `EventBuses` and `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("event_routing", "name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        local(
            self,
            "content_rules",
            {side: f"${{merge([for routing in var.event_routing[*] : {_rules(side)}]...)}}" for side in SIDES},
        )
        for side in SIDES:
            self._rule(side, providers[side])
            self._target(side, providers[side])
            self._topic(side, providers[side])
            self._archive(side, providers[side])

    def _rule(self, side: str, provider: cdktf.TerraformProvider) -> None:
        rule = CloudwatchEventRule(
            self,
            f"content_{side}",
            provider=provider,
            name=f"${{var.name}}-${{each.key}}-in-{side}",
            description="Transactions for ${each.key}: ${each.value.reason}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            event_pattern="${each.value.event_pattern}",
            state="${each.value.state}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        rule.override_logical_id(f"content_{side}")
        rule.lifecycle = cdktf.TerraformResourceLifecycle(precondition=[_is_ours_alone(side)])
        rule.add_override("for_each", f"${{local.content_rules.{side}}}")
        permission = LambdaPermission(
            self,
            f"content_permission_{side}",
            provider=provider,
            statement_id="content",
            action="lambda:InvokeFunction",
            function_name=f"${{aws_lambda_function.{side}[each.key].function_name}}",
            principal="events.amazonaws.com",
            source_arn=f"${{aws_cloudwatch_event_rule.content_{side}[each.key].arn}}",
        )
        permission.override_logical_id(f"content_{side}")
        permission.add_override("for_each", f"${{local.content_rules.{side}}}")

    def _target(self, side: str, provider: cdktf.TerraformProvider) -> None:
        target = CloudwatchEventTarget(
            self,
            f"content_target_{side}",
            provider=provider,
            rule=f"${{aws_cloudwatch_event_rule.content_{side}[each.key].name}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            target_id="function",
            arn=f"${{aws_lambda_function.{side}[each.key].arn}}",
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths={"detail": "$.detail"},
                input_template='{"reason": ${jsonencode(each.value.reason)}, "detail": <detail>}',
            ),
            retry_policy=CloudwatchEventTargetRetryPolicy(**RETRIES),
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=f"${{aws_sqs_queue.undelivered_{side}.arn}}"),
        )
        target.override_logical_id(f"content_{side}")
        target.add_override("for_each", f"${{local.content_rules.{side}}}")
        # The functions write to tables of the schema.
        target.add_override("depends_on", ["aws_lambda_invocation.migration", f"aws_lambda_permission.content_{side}"])

    def _topic(self, side: str, provider: cdktf.TerraformProvider) -> None:
        topic = SnsTopic(
            self,
            f"notifications_{side}",
            provider=provider,
            name=f"${{var.name}}-notifications-{side}",
            # AWS's own key lets every principal of the account that may publish use it, through SNS.
            kms_master_key_id=f'${{{OFF} ? "alias/aws/sns" : local.service_key_arns.{side}}}',
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        topic.override_logical_id(f"notifications_{side}")
        suppress(topic, CKV_AWS_26=OPTIONAL)
        topic.add_override("count", _IF_ON)

    def _archive(self, side: str, provider: cdktf.TerraformProvider) -> None:
        # Also what came from the other Region, so that either Region can replay everything.
        archive = CloudwatchEventArchive(
            self,
            f"archive_{side}",
            provider=provider,
            name=f"${{var.name}}-{side}",
            description=f"Events of ${{var.name}}, ${{{region(side)}}}",
            event_source_arn=f"${{aws_cloudwatch_event_bus.{side}.arn}}",
            event_pattern=jsonencode({"source": [APPLICATION_SOURCE]}),
            retention_days=cdktf.Token.as_number("${var.event_routing.archive_retention_days}"),
        )
        archive.override_logical_id(side)
        archive.add_override("count", _IF_ON)


def _is_ours_alone(side: str) -> cdktf.Precondition:
    """No rule of the caller's has the name of one of ours: each apply would overwrite the other's on the bus."""
    theirs = f"[for name, rule in var.event_rules : name if {is_given(f'rule.{side}_target')}]"
    return cdktf.Precondition(
        condition=f'${{!contains({theirs}, "${{each.key}}-in")}}',
        error_message="`event_rules`: `${each.key}-in` names a rule of `event_routing` on the same bus; take another "
        "name.",
    )


def _rules(side: str) -> str:
    """The rules of a Region by name, as an expression over `routing`."""
    regions = expression([f"${{{region(side)}}}" for side in SIDES])
    return expression({name: _rule(side, content, regions) for name, content in _CONTENT.items()})


def _rule(side: str, content: Mapping[str, Value], regions: str) -> dict[str, Value]:
    pattern: dict[str, Value] = {
        "source": [APPLICATION_SOURCE],
        "detail-type": [DETAIL_TYPE],
        "region": f'${{routing.handled_in == "origin" ? [{region(side)}] : {regions}}}',
        "detail": content["detail"],
    }
    return {
        "event_pattern": jsonencode(pattern),
        "reason": content["reason"],
        "state": f'${{contains(["origin", "{side}"], routing.handled_in) ? "ENABLED" : "DISABLED"}}',
    }
