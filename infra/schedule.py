"""The relay's schedule: it publishes, each minute, what a lost nudge left in the outbox."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.scheduler_schedule import (
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
    SchedulerScheduleTargetRetryPolicy,
)
from constructs import Construct

from infra.function_set import relay_arn
from infra.iam import FOR_THIS_ACCOUNT, allow, policy, trust
from infra.placement import SIDES
from infra.suppression import suppress


class Schedule(Construct):  # type: ignore[misc]
    """In each Region, a schedule that invokes the relay.

    Args:
        scope: the module, which also holds `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("name", "permissions_boundary_arn", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        for side in SIDES:
            self._schedule(side, providers[side])

    def _schedule(self, side: str, provider: cdktf.TerraformProvider) -> None:
        role = IamRole(
            self,
            f"schedule_role_{side}",
            provider=provider,
            name=f"${{var.name}}-schedule-{side}",
            assume_role_policy=trust("scheduler.amazonaws.com", FOR_THIS_ACCOUNT),
            permissions_boundary="${var.permissions_boundary_arn}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        role.override_logical_id(f"schedule_{side}")
        IamRolePolicy(
            self,
            f"schedule_policy_{side}",
            provider=provider,
            name="invoke",
            role=f"${{aws_iam_role.schedule_{side}.name}}",
            policy=policy([allow("lambda:InvokeFunction", relay_arn(side))]),
        ).override_logical_id(f"schedule_{side}")
        schedule = SchedulerSchedule(
            self,
            f"schedule_{side}",
            provider=provider,
            name=f"${{var.name}}-relay-{side}",
            description="Publishes what a lost nudge left in the outbox.",
            schedule_expression="rate(1 minute)",
            flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            target=SchedulerScheduleTarget(
                arn=f'${{aws_lambda_function.{side}["relay"].arn}}',
                role_arn=f"${{aws_iam_role.schedule_{side}.arn}}",
                input="{}",
                # The next minute's run does the work of this one.
                retry_policy=SchedulerScheduleTargetRetryPolicy(
                    maximum_event_age_in_seconds=60, maximum_retry_attempts=0
                ),
            ),
        )
        schedule.override_logical_id(f"relay_{side}")
        suppress(schedule, CKV_AWS_297="the input of the schedule is empty, so that there is nothing to encrypt")
        schedule.add_override("depends_on", ["aws_lambda_invocation.migration", f"aws_iam_role_policy.schedule_{side}"])
