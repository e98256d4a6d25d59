"""Who may look into the database: IAM roles that are mapped to the database role `readonly`."""

from infra.checks import listed
from infra.hcl import Value, expression
from infra.input import Input

_ARN = '"^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$"'

INPUTS = {
    "readonly_role_arns": Input(
        "list(string)",
        "IAM roles, or users, that may connect to either cluster as the database role `readonly`, which reads every "
        "table and writes none; each also needs `dsql:DbConnect` on the clusters. The list replaces earlier ones, an "
        "empty one too; null leaves alone what the database has.",
        default=None,
        nullable=True,
        checks=[
            (
                f"${{alltrue([for role_arn in coalesce(var.readonly_role_arns, []) : can(regex({_ARN}, role_arn))])}}",
                "`readonly_role_arns` must be ARNs of IAM roles or users, arn:aws:iam::<account>:role/<name>, got "
                f"{listed('coalesce(var.readonly_role_arns, [])')}.",
            )
        ],
    )
}


def with_readers(roles: dict[str, Value]) -> str:
    """The roles for the migration's event, with the readers where the caller gives some.

    Args:
        roles: ARNs of IAM roles by database role.
    """
    readers = "{ for role, arns in { readonly = var.readonly_role_arns } : role => arns if arns != null }"
    return f"${{merge({expression(roles)}, {readers})}}"
