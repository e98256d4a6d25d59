"""What the role that runs Terraform must be allowed, as IAM statements.

Source of the DSQL part: https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_CreateCluster.html and
API_UpdateCluster.html: a linked pair takes rights on both clusters and on the witness Region. No public tool derives
these from a configuration, so they are kept by hand beside the constructs; docs/verification.md says how to check them
on AWS.
"""

from constructs import Construct

from infra import backup, fault_injection
from infra.api import WITH_API, WITH_DOMAIN
from infra.hcl import Value, expression, native
from infra.iam import allow, policy
from infra.module import local
from infra.output import Output
from infra.placement import SIDES, region

_REGIONS = [f"${{{region(alias)}}}" for alias in (*SIDES, "witness")]
_IN_OUR_REGIONS: dict[str, Value] = {"Condition": {"StringEquals": {"aws:RequestedRegion": _REGIONS}}}
_CLUSTER_ACTIONS: list[Value] = [
    *("dsql:AddPeerCluster", "dsql:CreateCluster", "dsql:DeleteCluster", "dsql:GetCluster"),
    *("dsql:GetVpcEndpointServiceName", "dsql:ListTagsForResource", "dsql:PutMultiRegionProperties"),
    *(
        "dsql:PutWitnessRegion",
        "dsql:RemovePeerCluster",
        "dsql:TagResource",
        "dsql:UntagResource",
        "dsql:UpdateCluster",
    ),
]
# A cluster's ARN ends in an id that AWS makes, so that only the Regions can bound it before it is there.
_CLUSTERS: dict[str, Value] = {**allow(_CLUSTER_ACTIONS, "*"), "Sid": "Clusters", **_IN_OUR_REGIONS}
_KEYS: dict[str, Value] = {
    **allow(
        [
            # EnableKey and UpdateAlias for a key that somebody has disabled or deleted: the next apply makes it good.
            *("kms:CreateAlias", "kms:CreateKey", "kms:DeleteAlias", "kms:DescribeKey", "kms:EnableKey"),
            "kms:EnableKeyRotation",
            *("kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags"),
            *("kms:PutKeyPolicy", "kms:ReplicateKey", "kms:ScheduleKeyDeletion", "kms:TagResource"),
            *("kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription"),
        ],
        "*",
    ),
    "Sid": "Keys",
    **_IN_OUR_REGIONS,
}
# Of whichever key, but never by the deployer itself: the services begin to use a key in its name.
_KEY_USE: dict[str, Value] = {
    **allow(["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"], "*"),
    "Sid": "KeyUse",
    "Condition": {
        "StringLike": {"kms:ViaService": [f"{service}.*.amazonaws.com" for service in ("dsql", "events", "lambda")]}
    },
}


def _concatenated(*optional: tuple[list[Value], str]) -> str:
    """Write the statements of which each list is there if its condition holds.

    Args:
        optional: lists of statements, each with a Terraform condition that every plan knows.
    """
    # Comprehensions, because both sides of a conditional would have to be of one type.
    lists = (f"[for statement in {expression(statements)} : statement if {on}]" for statements, on in optional)
    return f"${{concat({', '.join(lists)})}}"


def _named(sid: str, actions: list[Value], *resources: tuple[str, str]) -> dict[str, Value]:
    arns: list[Value] = [
        f"arn:${{local.partition}}:{service}:{'' if service == 'iam' else '*'}:${{local.account_id}}:{resource}"
        for service, resource in resources
    ]
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arns}


# An API's ARN ends in an id that AWS makes. The log rights are what a stage with an access log takes:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
_API: list[Value] = [
    {
        "Sid": "Apis",
        **allow(
            "apigateway:*",
            [
                f"arn:${{local.partition}}:apigateway:${{{region(side)}}}::/{kind}"
                for side in SIDES
                for kind in ("apis", "apis/*", "domainnames", "domainnames/*", "tags/*")
            ],
        ),
    },
    {
        "Sid": "AccessLogs",
        **allow(["logs:*LogDeliver*", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"], "*"),
        **_IN_OUR_REGIONS,
    },
]

# A certificate's and a health check's ARN end in ids that AWS makes. API Gateway makes its service-linked role once:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html
_DOMAIN: list[Value] = [
    {
        "Sid": "Certificates",
        **allow(
            [
                *("acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:DescribeCertificate"),
                *("acm:ListTagsForCertificate", "acm:RemoveTagsFromCertificate", "acm:RequestCertificate"),
            ],
            "*",
        ),
        **_IN_OUR_REGIONS,
    },
    {
        "Sid": "Names",
        **allow(
            [
                *("route53:ChangeResourceRecordSets", "route53:ChangeTagsForResource", "route53:DeleteHealthCheck"),
                *("route53:GetChange", "route53:GetHealthCheck", "route53:GetHostedZone"),
                *("route53:ListResourceRecordSets", "route53:ListTagsForResource", "route53:UpdateHealthCheck"),
            ],
            [
                'arn:${local.partition}:route53:::hostedzone/${try(var.api.domain.zone_id, "")}',
                "arn:${local.partition}:route53:::change/*",
                "arn:${local.partition}:route53:::healthcheck/*",
            ],
        ),
    },
    # One that is not there yet has no resource:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
    {"Sid": "NewHealthChecks", **allow("route53:CreateHealthCheck", "*")},
    {
        "Sid": "LinkedRole",
        **allow(
            "iam:CreateServiceLinkedRole",
            "arn:${local.partition}:iam::${local.account_id}:role/aws-service-role/ops.apigateway.amazonaws.com/*",
        ),
    },
]

_ROLE_ACTIONS: list[Value] = [
    *("iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy"),
    *("iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:PassRole"),
    *("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:TagRole"),
    *("iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"),
]
_WITH_BACKUP = "var.backup != null"
_PAIR: list[Value] = [_CLUSTERS, _KEYS, _KEY_USE]
# Of whichever account, as in `infra/backup.py`.
_BACKUP_ROLES = {"Sid": "Roles", **allow(_ROLE_ACTIONS, "arn:${local.partition}:iam::*:role/${var.name}-*")}
DATABASE: Value = _concatenated((_PAIR, "true"), ([*backup.DEPLOYER, _BACKUP_ROLES], _WITH_BACKUP))
_APPLICATION: list[Value] = [
    _named(
        "Alarms",
        [
            *("cloudwatch:Delete*", "cloudwatch:Get*", "cloudwatch:ListTagsForResource", "cloudwatch:Put*"),
            *("cloudwatch:TagResource", "cloudwatch:UntagResource"),
        ],
        ("cloudwatch", "alarm:${var.name}-*"),
        ("cloudwatch", "dashboard/${var.name}"),
    ),
    _named(
        "Events",
        [
            *("events:CreateEventBus", "events:DeleteEventBus", "events:DeleteRule", "events:DescribeEventBus"),
            *("events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"),
            *("events:PutRule", "events:PutTargets", "events:RemoveTargets"),
            *("events:TagResource", "events:UntagResource", "events:UpdateEventBus", "events:*Archive"),
        ],
        ("events", "archive/${var.name}-*"),
        ("events", "event-bus/${var.name}"),
        ("events", "rule/${var.name}/*"),
    ),
    _named(
        "Functions",
        [
            *("lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction"),
            *("lambda:DeleteFunctionConcurrency", "lambda:DeleteFunctionEventInvokeConfig", "lambda:GetFunction"),
            *("lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConfiguration"),
            *("lambda:GetFunctionEventInvokeConfig", "lambda:GetPolicy", "lambda:InvokeFunction", "lambda:ListTags"),
            *("lambda:ListVersionsByFunction", "lambda:PutFunctionConcurrency"),
            *("lambda:PutFunctionEventInvokeConfig", "lambda:RemovePermission", "lambda:TagResource"),
            *("lambda:UntagResource", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
            "lambda:UpdateFunctionEventInvokeConfig",
        ],
        ("lambda", "function:${var.name}-*"),
    ),
    _named(
        "Logs",
        [
            *(
                "logs:*ssociateKmsKey",
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:DeleteRetentionPolicy",
                "logs:ListTagsForResource",
            ),
            *("logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"),
        ],
        ("logs", "log-group:/aws/lambda/${var.name}-*"),
        ("logs", "log-group:/aws/vendedlogs/apigateway/${var.name}-*"),
        ("logs", "log-group:/aws/vendedlogs/fis/${var.name}-*"),
    ),
    # EventBridge knows no resource for these two, so that one on the bus would allow nothing:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_eventbridge.html
    {**allow(["events:PutPermission", "events:RemovePermission"], "*"), "Sid": "BusPolicies", **_IN_OUR_REGIONS},
    # These know no narrower resource. Lambda describes subnets and groups in the caller's name, where there is a `vpc`:
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
    {
        **allow(
            [
                *("cloudwatch:DescribeAlarms", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets"),
                *("ec2:DescribeVpcs", "logs:DescribeLogGroups"),
            ],
            "*",
        ),
        "Sid": "Lists",
        **_IN_OUR_REGIONS,
    },
    _named(
        "Queues",
        [
            *("sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"),
            *("sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"),
        ],
        ("sqs", "${var.name}-*"),
    ),
    _named("Roles", _ROLE_ACTIONS, ("iam", "role/${var.name}-*")),
    _named(
        "Schemas",
        ["schemas:*Registry", "schemas:*Schema", "schemas:*TagResource", "schemas:ListTagsForResource"],
        ("schemas", "registry/${var.name}"),
        ("schemas", "schema/${var.name}/*"),
    ),
    _named(
        "Topics",
        ["sns:CreateTopic", "sns:DeleteTopic", "sns:ListTagsForResource", "sns:*TagResource", "sns:*TopicAttributes"],
        ("sns", "${var.name}-*"),
    ),
    _named(
        "Schedules",
        [
            *("scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule"),
            "scheduler:UpdateSchedule",
        ],
        ("scheduler", "schedule/default/${var.name}-*"),
    ),
]
# By document: a managed policy holds 6,144 characters, and one for each concern leaves room to grow.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_DOCUMENTS: dict[str, Value] = {
    "api": _concatenated((_API, WITH_API), (_DOMAIN, WITH_DOMAIN)),
    "application": _APPLICATION,
    "database": _PAIR,
    "resilience": _concatenated(
        (backup.DEPLOYER, _WITH_BACKUP), (fault_injection.DEPLOYER, "var.fault_injection != null")
    ),
}


class Deployer(Construct):  # type: ignore[misc]
    """The statements of the role that runs Terraform, by document.

    Args:
        scope: the module.
        id: id of the construct.
    """

    INPUTS = ("api", "backup", "fault_injection", "name")

    def __init__(self, scope: Construct, id: str) -> None:  # noqa: A002  # constructs' word
        super().__init__(scope, id)
        local(self, "deployer_statements", _DOCUMENTS)


POLICIES = Output(
    "IAM policy documents, by concern, with what an apply and a destroy of this module need, for the role that runs "
    "Terraform: attach one managed policy for each, all of them fit. `api` is there with the input `api`, `resilience` "
    "with `backup` or `fault_injection`. A package in S3 also needs `s3:GetObject` on it, a `role_arn` of "
    "`event_rules` `iam:PassRole`, and `link_role_arn` `sts:AssumeRole`.",
    f"${{{{ for name, statements in local.deployer_statements : name => {native(policy('${statements}'))} "
    "if length(statements) > 0 }}",
)
POLICY = Output(
    "All of `deployer_policies` as one IAM policy document: an inline policy of a role (10,240 characters) takes it; a "
    "managed policy (6,144) only without `api.domain`, `backup` and `fault_injection`.",
    policy("${concat(values(local.deployer_statements)...)}"),
)
