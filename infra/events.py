"""Event buses of both Regions: rules that carry events across once, dead letters, and delivery to a function."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.cloudwatch_event_bus import CloudwatchEventBus
from cdktf_cdktf_provider_aws.cloudwatch_event_bus_policy import CloudwatchEventBusPolicy
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetDeadLetterConfig,
    CloudwatchEventTargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from infra.checks import is_given, of_its_region
from infra.hcl import expression, jsonencode
from infra.iam import FOR_THIS_ACCOUNT, allow, policy, trust
from infra.placement import OTHER, SIDES, arn, region
from infra.queues import queue
from infra.service_encryption import OFF, key_arn

# EventBridge's own limits, said explicitly so that a plan shows them:
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
# `source` of the application's events, as lambda/transactions/events.py publishes them; tests/house compares.
APPLICATION_SOURCE = "dsql.application"
RETRIES = {"maximum_event_age_in_seconds": 86400, "maximum_retry_attempts": 185}


def bus_arn(side: str) -> str:
    """ARN of a Region's event bus."""
    return arn("events", side, "event-bus/${var.name}")


def rule_name(purpose: str, side: str) -> str:
    """Name of a rule, which says where events go to or come from."""
    return f"${{var.name}}-{purpose}-{'to' if purpose == 'forward' else 'from'}-{OTHER[side]}"


class EventBuses(Construct):  # type: ignore[misc]
    """A bus in each Region; an event put on one of them appears on the other, once.

    A rule forwards only what was put in its own Region. EventBridge keeps the Region of origin in a forwarded event, so
    that no event goes round: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html.

    Args:
        scope: the module.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
        source: `source` of the events that are carried across.
        encrypted: whether the module, which then also holds `ServiceEncryption`, has an input for the key of the buses.
    """

    INPUTS = ("event_rules", "name", "permissions_boundary_arn", "tags")

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002
        *,
        providers: Mapping[str, cdktf.TerraformProvider],
        source: str,
        encrypted: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._source = source
        self._encrypted = encrypted
        for side in SIDES:
            self._bus(side, providers[side])
            self._forward(side, providers[side])
            self._undelivered(side, providers[side])
            self._callers_rules(side, providers[side])

    def _bus(self, side: str, provider: cdktf.TerraformProvider) -> None:
        bus = CloudwatchEventBus(
            self,
            f"bus_{side}",
            provider=provider,
            name="${var.name}",
            description=f"Events of ${{var.name}}, ${{{region(side)}}}",
            kms_key_identifier=key_arn(side) if self._encrypted else None,
            tags=cdktf.Token.as_string_map("${var.tags}"),
            lifecycle=cdktf.TerraformResourceLifecycle(precondition=[_key_is_near(side)]) if self._encrypted else None,
        )
        bus.override_logical_id(side)
        if self._encrypted:
            # What cannot be encrypted or decrypted is lost where the bus has none:
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html
            bus.add_override(
                "dynamic.dead_letter_config",
                {
                    "for_each": f"${{{OFF} ? [] : [1]}}",
                    "content": {"arn": f"${{aws_sqs_queue.undelivered_{side}.arn}}"},
                },
            )
        peer = {"AWS": f"${{aws_iam_role.forward_{OTHER[side]}.arn}}"}
        CloudwatchEventBusPolicy(
            self,
            f"bus_policy_{side}",
            provider=provider,
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            policy=policy([{"Sid": "ForwardFromPeer", "Principal": peer, **allow("events:PutEvents", bus_arn(side))}]),
        ).override_logical_id(side)

    def _forward(self, side: str, provider: cdktf.TerraformProvider) -> None:
        CloudwatchEventRule(
            self,
            f"forward_{side}",
            provider=provider,
            name=rule_name("forward", side),
            description=f"Carries events put in ${{{region(side)}}} to ${{{region(OTHER[side])}}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            event_pattern=jsonencode({"source": [self._source], "region": [f"${{{region(side)}}}"]}),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(f"forward_{side}")
        IamRole(
            self,
            f"forward_role_{side}",
            provider=provider,
            name=f"${{var.name}}-forward-{side}",
            assume_role_policy=trust("events.amazonaws.com", FOR_THIS_ACCOUNT),
            permissions_boundary="${var.permissions_boundary_arn}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(f"forward_{side}")
        IamRolePolicy(
            self,
            f"forward_policy_{side}",
            provider=provider,
            name="put-events",
            role=f"${{aws_iam_role.forward_{side}.name}}",
            policy=policy([allow("events:PutEvents", bus_arn(OTHER[side]))]),
        ).override_logical_id(f"forward_{side}")
        target = CloudwatchEventTarget(
            self,
            f"forward_target_{side}",
            provider=provider,
            rule=f"${{aws_cloudwatch_event_rule.forward_{side}.name}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            target_id=f"bus-{OTHER[side]}",
            arn=f"${{aws_cloudwatch_event_bus.{OTHER[side]}.arn}}",
            role_arn=f"${{aws_iam_role.forward_{side}.arn}}",
            retry_policy=CloudwatchEventTargetRetryPolicy(**RETRIES),
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=f"${{aws_sqs_queue.undelivered_{side}.arn}}"),
        )
        target.override_logical_id(f"forward_{side}")
        # PutTargets is refused where the other bus does not accept the role yet.
        target.add_override(
            "depends_on",
            [f"aws_cloudwatch_event_bus_policy.{OTHER[side]}", f"aws_iam_role_policy.forward_{side}"],
        )

    def _callers_rules(self, side: str, provider: cdktf.TerraformProvider) -> None:
        # The target is an object because a plan knows whether it is null, also where the ARN in it is still unknown.
        wanted = is_given(f"rule.{side}_target")
        chosen = f"${{{{ for name, rule in var.event_rules : name => rule if {wanted} }}}}"
        rule = CloudwatchEventRule(
            self,
            f"callers_{side}",
            provider=provider,
            name=f"${{var.name}}-${{each.key}}-{side}",
            description="${each.value.description}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            event_pattern="${each.value.event_pattern}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        rule.override_logical_id(f"callers_{side}")
        rule.add_override("for_each", chosen)
        target = CloudwatchEventTarget(
            self,
            f"callers_target_{side}",
            provider=provider,
            rule=f"${{aws_cloudwatch_event_rule.callers_{side}[each.key].name}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            target_id="target",
            arn=f"${{each.value.{side}_target.arn}}",
            lifecycle=cdktf.TerraformResourceLifecycle(
                precondition=[
                    of_its_region(
                        f"event_rules.${{each.key}}.{side}_target.arn",
                        f"[each.value.{side}_target.arn]",
                        side,
                        but='can(regex(":event-bus/", arn))',  # which may be anywhere
                    )
                ]
            ),
            role_arn=f"${{each.value.{side}_target.role_arn}}",
            retry_policy=CloudwatchEventTargetRetryPolicy(**RETRIES),
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=f"${{aws_sqs_queue.undelivered_{side}.arn}}"),
        )
        target.override_logical_id(f"callers_{side}")
        target.add_override("for_each", chosen)

    def _undelivered(self, side: str, provider: cdktf.TerraformProvider) -> None:
        ours = arn("sqs", side, f"${{var.name}}-undelivered-{side}")
        of_rules, of_the_bus = (
            {
                "Sid": f"DeadLettersOfOur{sender}",
                "Principal": {"Service": "events.amazonaws.com"},
                "Condition": {"ArnLike": {"aws:SourceArn": source}},
                **allow("sqs:SendMessage", ours),
            }
            for sender, source in (("Rules", arn("events", side, "rule/${var.name}/*")), ("Bus", bus_arn(side)))
        )
        if not self._encrypted:
            queue(self, "undelivered", side, provider, policy=policy([of_rules]))
            return
        with_key = f"[for statement in [{expression(of_the_bus)}] : statement if !({OFF})]"
        statements = f"${{concat([{expression(of_rules)}], {with_key})}}"
        queue(self, "undelivered", side, provider, key_arn=key_arn(side), policy=policy(statements))


def _key_is_near(side: str) -> cdktf.Precondition:
    arns = f"[try(var.service_encryption.key_arns.{side}, null)]"
    return of_its_region(f"service_encryption.key_arns.{side}", arns, side)


class Receiver(Construct):  # type: ignore[misc]
    """In each Region, the rule that hands what was written in the other Region to the consumer function.

    It asks the event's detail who wrote it, not EventBridge who put it: where a Region is gone, this one's relay takes
    the events over that wait there, and puts them on this bus.

    Args:
        scope: the module, which also holds `EventBuses` and `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("name", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        for side in SIDES:
            self._receive(side, providers[side])

    def _receive(self, side: str, provider: cdktf.TerraformProvider) -> None:
        CloudwatchEventRule(
            self,
            f"receive_{side}",
            provider=provider,
            name=rule_name("receive", side),
            description=f"Hands events of the other Region to the consumer in ${{{region(side)}}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            event_pattern=jsonencode(
                {
                    "source": [APPLICATION_SOURCE],
                    "detail": {"region": [{"anything-but": [f"${{{region(side)}}}"]}]},
                }
            ),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(f"receive_{side}")
        LambdaPermission(
            self,
            f"permission_{side}",
            provider=provider,
            statement_id="receive",
            action="lambda:InvokeFunction",
            function_name=f'${{aws_lambda_function.{side}["consumer"].function_name}}',
            principal="events.amazonaws.com",
            source_arn=f"${{aws_cloudwatch_event_rule.receive_{side}.arn}}",
        ).override_logical_id(f"receive_{side}")
        target = CloudwatchEventTarget(
            self,
            f"receive_target_{side}",
            provider=provider,
            rule=f"${{aws_cloudwatch_event_rule.receive_{side}.name}}",
            event_bus_name=f"${{aws_cloudwatch_event_bus.{side}.name}}",
            target_id="consumer",
            arn=f'${{aws_lambda_function.{side}["consumer"].arn}}',
            retry_policy=CloudwatchEventTargetRetryPolicy(**RETRIES),
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=f"${{aws_sqs_queue.undelivered_{side}.arn}}"),
        )
        target.override_logical_id(f"receive_{side}")
        # The consumer writes to the inbox, so events wait until the schema is there.
        target.add_override("depends_on", ["aws_lambda_invocation.migration", f"aws_lambda_permission.receive_{side}"])
