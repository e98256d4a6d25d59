"""Service encryption: a KMS key in each Region for logs, queues, topics, the bus and the functions' environments."""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from infra.checks import is_given, listed, whole
from infra.function_set import ASYNCHRONOUS
from infra.hcl import Value, expression
from infra.iam import ACCOUNT, ADMINISTERED_BY_IAM, allow, policy
from infra.input import Input
from infra.module import local
from infra.placement import SIDES, arn, region

OFF = f"!({is_given('var.service_encryption')})"
# A plan must know it, also where the caller's ARNs are still unknown: see `infra/database.py`.
_NUMBER = f"${{{OFF} ? 0 : var.service_encryption.key_arns == null ? 1 : 0}}"
_SEND: list[Value] = ["kms:Decrypt", "kms:GenerateDataKey"]
_GIVEN = "try(values(var.service_encryption.key_arns), [])"
_DAYS = {"deletion_window_in_days": (7, 30), "rotation_period_in_days": (90, 2560)}
INPUT = Input(
    "object({ deletion_window_in_days = optional(number, 30), "
    "key_arns = optional(object({ primary = string, secondary = string })), "
    "rotation_period_in_days = optional(number, 365) })",
    "KMS key in each Region that encrypts the log groups, the queues, the topics, the event bus and the functions' "
    "environment variables. An empty object creates both with rotation, `key_arns` brings yours, each of its Region, "
    "with the key policy of the README; null leaves all of these on AWS's own keys. Turning it off schedules the "
    "deletion of keys that were created here, and what logs and queues hold by then goes with the keys.",
    default=None,
    nullable=True,
    checks=[
        *(
            (
                f"${{{OFF} || try({whole(f'var.service_encryption.{name}', least, most)}, false)}}",
                f"`service_encryption.{name}` must be a whole number, {least} to {most}, got "
                f'${{try(var.service_encryption.{name}, "null")}}.',
            )
            for name, (least, most) in _DAYS.items()
        ),
        (
            f"${{alltrue([for key_arn in {_GIVEN} : "
            'can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", key_arn))]) && '
            f'length({_GIVEN}) == length(distinct([for key_arn in {_GIVEN} : try(split(":", key_arn)[3], "")]))}}',
            "`service_encryption.key_arns` must be the ARNs of two KMS keys in two Regions, "
            f"arn:aws:kms:<Region>:<account>:key/<id>, got {listed(_GIVEN)}.",
        ),
    ],
)


# A plan does not know the ARN of a key that it makes, so that checkov takes the argument for absent.
OPTIONAL = "encrypted with the key of `service_encryption` where it is given, and with AWS's own key otherwise"


def key_arn(side: str) -> str:
    """Expression of the key that a Region's services encrypt with; null where they use AWS's own."""
    return f"${{local.service_key_arns.{side}}}"


class ServiceEncryption(Construct):  # type: ignore[misc]
    """The keys of the services, and the functions' right to send to what is encrypted with them.

    Args:
        scope: the module, which also holds `Functions`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = ("name", "service_encryption", "tags")

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        arns = {
            side: f"${{try(aws_kms_key.services_{side}[0].arn, var.service_encryption.key_arns.{side}, null)}}"
            for side in SIDES
        }
        local(self, "service_key_arns", arns)
        local(self, "service_key_policies", {side: policy(_statements(side)) for side in SIDES})
        for side in SIDES:
            self._key(side, providers[side])
            self._right(side, providers[side])

    def _key(self, side: str, provider: cdktf.TerraformProvider) -> None:
        count = cdktf.Token.as_number(_NUMBER)
        KmsKey(
            self,
            f"key_{side}",
            provider=provider,
            count=count,
            description=f"Logs, queues, topics, events and environments of ${{var.name}}, {side}",
            deletion_window_in_days=cdktf.Token.as_number("${var.service_encryption.deletion_window_in_days}"),
            enable_key_rotation=True,
            rotation_period_in_days=cdktf.Token.as_number("${var.service_encryption.rotation_period_in_days}"),
            policy=f"${{local.service_key_policies.{side}}}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
            # All leave the key before the key goes.
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        ).override_logical_id(f"services_{side}")
        KmsAlias(
            self,
            f"alias_{side}",
            provider=provider,
            count=count,
            name=f"alias/${{var.name}}-services-{side}",
            target_key_id=f"${{aws_kms_key.services_{side}[0].key_id}}",
        ).override_logical_id(f"services_{side}")

    def _right(self, side: str, provider: cdktf.TerraformProvider) -> None:
        names = '${{ for name in keys(local.functions) : name => name == "notify" ? ["sns", "sqs"] : ["sqs"] '
        names += f"if !({OFF}) && contains({expression(list(ASYNCHRONOUS))}, name) }}}}"
        services = f'${{[for service in each.value : "${{service}}.${{{region(side)}}}.amazonaws.com"]}}'
        right = IamRolePolicy(
            self,
            f"right_{side}",
            provider=provider,
            name="services",
            role=f"${{aws_iam_role.{side}[each.key].name}}",
            policy=policy(
                [{**allow(_SEND, key_arn(side)), "Condition": {"StringEquals": {"kms:ViaService": services}}}]
            ),
        )
        right.override_logical_id(f"services_{side}")
        right.add_override("for_each", names)


def _statements(side: str) -> list[Value]:
    """Who may use the key: each service for what is ours, and principals of the account through these services only.

    Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html,
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html,
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html,
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html.
    """
    bus = arn("events", side, "event-bus/${var.name}")
    groups = [
        arn("logs", side, f"log-group:{prefix}/${{var.name}}-*")
        for prefix in ("/aws/lambda", "/aws/vendedlogs/apigateway", "/aws/vendedlogs/fis")
    ]
    of_the_bus: dict[str, Value] = {"kms:EncryptionContext:aws:events:event-bus:arn": bus}
    functions: list[Value] = [
        f"arn:${{local.partition}}:iam::${{local.account_id}}:role/${{var.name}}-{name}-{side}" for name in ASYNCHRONOUS
    ]
    logs: list[Value] = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    return [
        ADMINISTERED_BY_IAM,
        {
            "Sid": "Logs",
            "Principal": {"Service": f"logs.${{{region(side)}}}.amazonaws.com"},
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            **allow(logs, "*"),
        },
        # A context and no aws:SourceArn, because what an archive or a rule does with an event is in the same context.
        _by("Events", "events", _SEND, {"StringEquals": of_the_bus}),
        # It takes no context: https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
        _by("EventsLookAtTheKey", "events", ["kms:DescribeKey"], {"StringEquals": _OURS}),
        _by(
            "DeadLetters",
            "events",
            _SEND,
            {"ArnLike": {"aws:SourceArn": [bus, arn("events", side, "rule/${var.name}/*")]}},
        ),
        _by(
            "Alarms",
            "cloudwatch",
            _SEND,
            {"ArnLike": {"aws:SourceArn": arn("cloudwatch", side, "alarm:${var.name}-*")}, "StringEquals": _OURS},
        ),
        _through(
            "FunctionsSend",
            side,
            ["sns", "sqs"],
            _SEND,
            {"ArnEquals": {"aws:PrincipalArn": functions}},
        ),
        # An operator who looks at what failed; IAM says who.
        _through("QueuesAreRead", side, ["sqs"], ["kms:Decrypt"]),
        # Who applies: EventBridge and Lambda check and use the key in the name of the caller; IAM says who.
        _through(
            "BusIsMade",
            side,
            ["events"],
            ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"],
            {"StringLike": of_the_bus},
        ),
        _through("EnvironmentsAreMade", side, ["lambda"], ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]),
    ]


_OURS: dict[str, Value] = {"aws:SourceAccount": "${local.account_id}"}


def _by(sid: str, service: str, actions: list[Value], condition: Mapping[str, Value]) -> dict[str, Value]:
    principal: Value = {"Service": f"{service}.amazonaws.com"}
    return {"Sid": sid, "Principal": principal, "Condition": condition, **allow(actions, "*")}


def _through(
    sid: str, side: str, services: list[str], actions: list[Value], condition: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    via: Value = [f"{service}.${{{region(side)}}}.amazonaws.com" for service in services]
    conditions: Value = {"StringEquals": {"kms:ViaService": via}, **(condition or {})}
    return {"Sid": sid, "Principal": ACCOUNT, "Condition": conditions, **allow(actions, "*")}
