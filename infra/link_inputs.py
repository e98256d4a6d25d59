"""How the clusters are linked: inputs of the link step."""

from infra.checks import whole
from infra.input import Input

INPUTS = {
    "link_environment": Input(
        "map(string)",
        "Environment variables for the AWS CLI of the link step, such as `AWS_PROFILE`. Needed where the CLI would not "
        "find the credentials that the providers use.",
        default={},
    ),
    "link_method": Input(
        "string",
        'How the clusters are linked: "aws-cli" runs the AWS CLI where Terraform runs, "provider" uses '
        "`aws_dsql_cluster_peering`. For an existing pair, change it only as the README says.",
        default="aws-cli",
        checks=[
            (
                '${contains(["aws-cli", "provider"], var.link_method)}',
                '`link_method` must be "aws-cli" or "provider", got "${var.link_method}".',
            )
        ],
    ),
    "link_role_arn": Input(
        "string",
        "IAM role that the AWS CLI of the link step assumes. Null uses the credentials of the environment.",
        default=None,
        nullable=True,
        checks=[
            (
                '${var.link_role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", '
                "var.link_role_arn))}",
                "`link_role_arn` must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, or null, got "
                '"${coalesce(var.link_role_arn, "null")}".',
            )
        ],
    ),
    "link_timeout_minutes": Input(
        "number",
        "Minutes that the AWS CLI of the link step waits for both clusters to be ACTIVE and linked before it fails.",
        default=30,
        checks=[
            (
                f"${{{whole('var.link_timeout_minutes', 1, 720)}}}",
                "`link_timeout_minutes` must be a whole number, 1 to 720, got ${var.link_timeout_minutes}.",
            )
        ],
    ),
}
