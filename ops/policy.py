"""The IAM policies that are enough for verify and its canary, and for the drill."""

from __future__ import annotations

import json
from typing import Any

from ops.deployment import Api, Deployment, Side
from ops.permissions import work_of

Statement = dict[str, Any]


def policy(stack: Deployment) -> str:
    """The policy document for whoever runs `python -m ops verify` on a stack.

    The canary takes nothing more: whoever may invoke the function may write transactions.

    Args:
        stack: the deployed stack.

    Returns:
        JSON, without white space; within the 6,144 characters of a managed policy
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
    """
    statements = [
        _allow(
            "Clusters",
            ["dsql:GetCluster", "dsql:GetVpcEndpointServiceName"],
            [side.cluster_arn for side in stack.sides],
        ),
        _allow(
            "Functions", _FUNCTION_ACTIONS, [side.arn("lambda", f"function:{stack.name}-*") for side in stack.sides]
        ),
        _invoke(stack),
        _allow("Logs", ["logs:FilterLogEvents"], [_groups(stack, side) for side in stack.sides]),
        _allow("Roles", ["iam:SimulatePrincipalPolicy"], _roles(stack)),
        _allow(
            "Events",
            ["events:DescribeEventBus", "events:DescribeRule", "events:ListTargetsByRule"],
            [arn for side in stack.sides for arn in (side.bus_arn, side.arn("events", f"rule/{side.bus}/*"))],
        ),
        _allow("Queues", ["sqs:GetQueueAttributes"], [side.arn("sqs", f"{stack.name}-*") for side in stack.sides]),
        _allow(
            "Schedules",
            ["scheduler:GetSchedule"],
            [side.arn("scheduler", f"schedule/default/{stack.name}-*") for side in stack.sides],
        ),
        # A cluster on a key of yours; the key's id is not known here.
        _allow("Keys", ["kms:DescribeKey"], [side.arn("kms", "key/*") for side in stack.sides]),
        # No narrower resource exists: the service authorization reference names none for ListMetrics and
        # DescribeVpcEndpoints, and alarms are found by their prefix, log groups too.
        _allow("Lists", _LISTS, ["*"]),
    ]
    statements += _of_backup(stack)
    if stack.api is not None:
        statements += _of_api(stack, stack.api)
    return _document(statements)


def _of_backup(stack: Deployment) -> list[Statement]:
    """By https://docs.aws.amazon.com/service-authorization/latest/reference/list_backup.html: jobs have no resource."""
    vaults = [(side, side.vault) for side in stack.sides if side.vault is not None]
    if not vaults:
        return []
    named = [side.arn("backup", f"backup-vault:{vault.name}") for side, vault in vaults]
    planned = [side.arn("backup", f"backup-plan:{vault.plan_id}") for side, vault in vaults if vault.plan_id]
    look = ["backup:GetBackupPlan", "backup:GetBackupSelection", "backup:ListBackupSelections"]
    return [
        _allow("Vaults", ["backup:DescribeBackupVault"], named),
        _allow("BackupPlans", look, planned),
        _allow("BackupJobs", ["backup:ListBackupJobs", "backup:ListCopyJobs"], ["*"]),
    ]


def _of_api(stack: Deployment, api: Api) -> list[Statement]:
    healths = [side.arn("execute-api", f"{api.id(side)}/*/GET/health") for side in stack.sides]
    statements = [_allow("Api", ["execute-api:Invoke"], healths)]
    if (domain := api.domain) is None:
        return statements
    partition = stack.primary.cluster_arn.split(":")[1]
    names = [
        f"arn:{partition}:apigateway:{side.region}::/domainnames/{domain.name}{part}"
        for side in stack.sides
        for part in ("", "/apimappings")
    ]
    checks = [f"arn:{partition}:route53:::healthcheck/{check}" for check in domain.health_checks.values()]
    zone = f"arn:{partition}:route53:::hostedzone/{domain.zone_id}"
    return [
        *statements,
        _allow("CustomDomains", ["apigateway:GET"], names),
        # A certificate's id is not known here.
        _allow("Certificates", ["acm:DescribeCertificate"], [side.arn("acm", "certificate/*") for side in stack.sides]),
        _allow("HealthChecks", ["route53:GetHealthCheck", "route53:GetHealthCheckStatus"], checks),
        _allow("Records", ["route53:ListResourceRecordSets"], [zone]),
    ]


def drill_policy(stack: Deployment) -> str:
    """The policy document for whoever runs `python -m ops drill --aws` on a stack.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html; who
    starts the first experiment of an account makes FIS its service-linked role.

    Args:
        stack: the deployed stack.

    Returns:
        JSON, without white space.
    """
    experiments = [side.arn("fis", "experiment/*") for side in stack.sides]
    templates = [
        side.arn("fis", f"experiment-template/{id_}") for side in stack.sides for id_ in side.templates.values()
    ]
    return _document(
        [
            _allow("Start", ["fis:StartExperiment", "fis:TagResource"], [*experiments, *templates]),
            _allow("WatchAndStop", ["fis:GetExperiment", "fis:StopExperiment"], experiments),
            _invoke(stack),
            # Alarms are found by their prefix, for which there is no narrower resource.
            _allow("Alarms", ["cloudwatch:DescribeAlarms"], ["*"]),
            _allow(
                "LinkedRole",
                ["iam:CreateServiceLinkedRole"],
                [stack.primary.role_arn("aws-service-role/fis.amazonaws.com/*")],
            ),
        ]
    )


def _document(statements: list[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def _invoke(stack: Deployment) -> Statement:
    functions = [side.arn("lambda", f"function:{side.functions['transactions']}") for side in stack.sides]
    return _allow("InvokeTransactions", ["lambda:InvokeFunction"], functions)


_FUNCTION_ACTIONS = [
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:GetPolicy",
]

_LISTS = [
    *("cloudwatch:DescribeAlarms", "cloudwatch:ListMetrics", "ec2:DescribeVpcEndpoints", "logs:DescribeLogGroups"),
]


def _roles(stack: Deployment) -> list[str]:
    return [side.role_arn(role) for side in stack.sides for role in work_of(stack, side)]


def _groups(stack: Deployment, side: Side) -> str:
    return side.arn("logs", f"log-group:/aws/lambda/{stack.name}-*")


def _allow(sid: str, actions: list[str], resources: list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
