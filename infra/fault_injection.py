"""Experiment templates of AWS Fault Injection Service: what a Region's outage is for this application.

What there is for it, by https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html: Aurora DSQL has
one action, a VPC's subnets have one; EventBridge and KMS have none, and `aws:fis:inject-api-*` knows EC2 and Kinesis
alone. Those of Lambda take a layer, a bucket and a wrapper in every function, for good, in the way of each cold start,
so they are left out.
"""

from collections.abc import Mapping

import cdktf
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.fis_experiment_template import FisExperimentTemplate
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from infra.checks import is_given, of_its_region
from infra.hcl import Value, expression
from infra.iam import allow, policy, trust
from infra.module import local
from infra.placement import SIDES, arn, region
from infra.service_encryption import OPTIONAL, key_arn
from infra.suppression import suppress

_ON = "${var.fault_injection == null ? 0 : 1}"
_DATABASE = "aws:dsql:cluster-connection-failure"
_NETWORK = "aws:network:disrupt-connectivity"


def log_group_name(side: str) -> str:
    """Name of the experiments' log group; AWS delivers to these by one policy of the account's, which has no limit."""
    return f"/aws/vendedlogs/fis/${{var.name}}-{side}"


class FaultInjection(Construct):  # type: ignore[misc]
    """What is made where `fault_injection` is given; nothing of it does anything until an experiment is started.

    Args:
        scope: the module, which also holds `Database` and `Monitoring`.
        id: id of the construct.
        providers: AWS providers of the sides primary and secondary.
    """

    INPUTS = (
        *("fault_injection", "log_retention_days", "monitoring", "name", "permissions_boundary_arn", "tags", "vpc"),
    )

    def __init__(self, scope: Construct, id: str, *, providers: Mapping[str, cdktf.TerraformProvider]) -> None:  # noqa: A002
        super().__init__(scope, id)
        local(self, "faults", {side: _faults(side) for side in SIDES})
        for side in SIDES:
            self._log(side, providers[side])
            self._role(side, providers[side])
            self._template(side, providers[side])

    def _log(self, side: str, provider: cdktf.TerraformProvider) -> None:
        group = CloudwatchLogGroup(
            self,
            f"log_group_{side}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name=log_group_name(side),
            kms_key_id=key_arn(side),
            retention_in_days=cdktf.Token.as_number("${var.log_retention_days}"),
            tags=cdktf.Token.as_string_map("${var.tags}"),
        )
        group.override_logical_id(f"faults_{side}")
        suppress(
            group,
            CKV_AWS_158=OPTIONAL,
            CKV_AWS_338="how long logs are kept is the caller's choice, `log_retention_days`",
        )

    def _role(self, side: str, provider: cdktf.TerraformProvider) -> None:
        ours: dict[str, Value] = {
            "ArnLike": {"aws:SourceArn": arn("fis", side, "experiment/*")},
            "StringEquals": {"aws:SourceAccount": "${local.account_id}"},
        }
        IamRole(
            self,
            f"role_{side}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name=f"${{var.name}}-fault-injection-{side}",
            assume_role_policy=trust("fis.amazonaws.com", ours),
            permissions_boundary="${var.permissions_boundary_arn}",
            tags=cdktf.Token.as_string_map("${var.tags}"),
        ).override_logical_id(f"faults_{side}")
        network = f"[for statement in {expression(_network_rights(side))} : statement if var.fault_injection.network]"
        IamRolePolicy(
            self,
            f"rights_{side}",
            provider=provider,
            count=cdktf.Token.as_number(_ON),
            name="inject",
            role=f"${{aws_iam_role.faults_{side}[0].name}}",
            policy=policy(f"${{concat({expression(_rights(side))}, {network})}}"),
        ).override_logical_id(f"faults_{side}")

    def _template(self, side: str, provider: cdktf.TerraformProvider) -> None:
        template = FisExperimentTemplate(
            self,
            f"template_{side}",
            provider=provider,
            description=f"${{each.value.about}} of ${{var.name}} in ${{{region(side)}}}",
            role_arn=f"${{aws_iam_role.faults_{side}[0].arn}}",
            action=[{"name": "${each.key}", "actionId": "${each.value.action}"}],
            stop_condition=[{"source": "aws:cloudwatch:alarm"}],
            tags=cdktf.Token.as_string_map(f'${{merge(var.tags, {{ Name = "${{var.name}}-${{each.key}}-{side}" }})}}'),
        )
        template.override_logical_id(side)
        alarms = f"try(var.fault_injection.stop_alarm_arns.{side}, [])"
        near = of_its_region(f"fault_injection.stop_alarm_arns.{side}", alarms, side)
        template.lifecycle = cdktf.TerraformResourceLifecycle(precondition=[near])
        template.add_override("for_each", f"${{local.faults.{side}}}")
        parameter = {
            "for_each": "${each.value.parameters}",
            "content": {"key": "${parameter.key}", "value": "${parameter.value}"},
        }
        template.add_override("action.0.dynamic", {"parameter": parameter})
        template.add_override("action.0.target", {"key": "${each.value.targets}", "value": "${each.key}"})
        template.add_override(
            "target",
            {
                "name": "${each.key}",
                "resource_type": "${each.value.type}",
                "resource_arns": "${each.value.arns}",
                "selection_mode": "ALL",
            },
        )
        own = arn("cloudwatch", side, f"alarm:${{var.name}}-both-{side}")
        template.add_override("stop_condition", None)
        template.add_override(
            "dynamic.stop_condition",
            {
                "for_each": f'${{concat(["{own}"], var.fault_injection.stop_alarm_arns.{side})}}',
                "content": {"source": "aws:cloudwatch:alarm", "value": "${stop_condition.value}"},
            },
        )
        group = f"${{aws_cloudwatch_log_group.faults_{side}[0].arn}}:*"
        template.add_override(
            "log_configuration",
            {"log_schema_version": 2, "cloudwatch_logs_configuration": {"log_group_arn": group}},
        )
        # Its rights, and the alarm, whose ARN is composed from names.
        template.add_override(
            "depends_on", [f"aws_iam_role_policy.faults_{side}", f"aws_cloudwatch_composite_alarm.both_{side}"]
        )


def _faults(side: str) -> str:
    """Expression of a Region's faults by name: the action, what it is aimed at, the action's parameters."""
    duration = "PT${try(var.fault_injection.duration_minutes, 0)}M"
    database: Value = {
        "about": "Failing connections to the database",
        "action": _DATABASE,
        "arns": [f"${{aws_dsql_cluster.{side}.arn}}"],
        "parameters": {"duration": duration, "percentage": "${try(tostring(var.fault_injection.percentage), null)}"},
        "targets": "Clusters",
        "type": "aws:dsql:cluster",
    }
    network: Value = {
        "about": "Cut off subnets",
        "action": _NETWORK,
        "arns": _subnets(side),
        "parameters": {"duration": duration, "scope": "all"},
        "targets": "Subnets",
        "type": "aws:ec2:subnet",
    }
    # Not a conditional, whose results would have to be of one type.
    wanted = is_given("var.fault_injection") + ' && (fault == "database" || try(var.fault_injection.network, false))'
    given = expression({"database": database, "network": network})
    return f"${{{{ for fault, given in {given} : fault => given if {wanted} }}}}"


def _subnets(side: str) -> str:
    subnet = arn("ec2", side, "subnet/${subnet}")
    return f'${{[for subnet in try(var.vpc.{side}.subnet_ids, []) : "{subnet}"]}}'


def _here(side: str) -> dict[str, Value]:
    return {"Condition": {"StringEquals": {"aws:RequestedRegion": f"${{{region(side)}}}"}}}


def _rights(side: str) -> list[Value]:
    """What the fault in the database and the log take.

    Sources: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-iam-condition-keys.html#using-iam-condition-keys-fis
    (InjectError knows no resource), https://docs.aws.amazon.com/fis/latest/userguide/monitoring-logging.html.
    """
    cluster = f"${{aws_dsql_cluster.{side}.arn}}"
    only: dict[str, Value] = {
        "StringEquals": {"dsql:FisActionId": _DATABASE},
        "ForAllValues:ArnEquals": {"dsql:FisTargetArns": cluster},
    }
    return [
        {"Sid": "Fault", **allow("dsql:InjectError", "*"), "Condition": only},
        {"Sid": "Cluster", **allow("dsql:GetCluster", cluster)},
        {"Sid": "Targets", **allow("tag:GetResources", "*"), **_here(side)},
        {
            "Sid": "Log",
            **allow(
                [
                    *("logs:CreateLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies"),
                    "logs:PutResourcePolicy",
                ],
                "*",
            ),
            **_here(side),
        },
    ]


def _network_rights(side: str) -> list[Value]:
    """What cutting off subnets takes: network ACLs that FIS made itself, and which one a subnet has.

    Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html,
    v5 of 2026-02-12 (read 2026-11-27 as https://github.com/zoph-io/IAMTrail keeps it), without what other actions take.
    """
    acls, vpcs = arn("ec2", side, "network-acl/*"), arn("ec2", side, "vpc/*")
    asked: dict[str, Value] = {"aws:RequestTag/managedByFIS": "true"}
    exchanged = f'${{concat(["{acls}"], {expression(_subnets(side))})}}'
    return [
        {
            "Sid": "TagAcls",
            **allow("ec2:CreateTags", acls),
            "Condition": {"StringEquals": {**asked, "ec2:CreateAction": "CreateNetworkAcl"}},
        },
        {"Sid": "MakeAcls", **allow("ec2:CreateNetworkAcl", acls), "Condition": {"StringEquals": asked}},
        {"Sid": "MakeAclsInVpcs", **allow("ec2:CreateNetworkAcl", vpcs)},
        {
            "Sid": "FillAndDeleteAcls",
            **allow(["ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl"], [acls, vpcs]),
            "Condition": {"StringEquals": {"ec2:ResourceTag/managedByFIS": "true"}},
        },
        {"Sid": "ExchangeAcls", **allow("ec2:ReplaceNetworkAclAssociation", exchanged)},
        # A prefix list of AWS's has the account `aws`.
        {
            "Sid": "PrefixLists",
            **allow(
                "ec2:GetManagedPrefixListEntries", f"arn:${{local.partition}}:ec2:${{{region(side)}}}:*:prefix-list/*"
            ),
        },
        {
            "Sid": "Network",
            **allow(
                [
                    *("ec2:DescribeManagedPrefixLists", "ec2:DescribeNetworkAcls", "ec2:DescribeSubnets"),
                    "ec2:DescribeVpcs",
                ],
                "*",
            ),
            **_here(side),
        },
    ]


# What the role that runs Terraform needs besides; a template's ARN ends in an id that AWS makes.
DEPLOYER: list[Value] = [
    {
        "Sid": "Experiments",
        **allow(
            [
                *("fis:*ExperimentTemplate", "fis:ListTagsForResource", "fis:TagResource", "fis:UntagResource"),
            ],
            [arn("fis", side, kind) for side in SIDES for kind in ("action/*", "experiment-template/*")],
        ),
    }
]
