"""Aurora DSQL's Region sets: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/what-is-aurora-dsql.html"""

SETS = (
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
    frozenset({"eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"}),
)


def set_of(region: str) -> frozenset[str] | None:
    """The set that a Region belongs to; None for one that AWS added later.

    Args:
        region: its name, such as `us-east-1`.
    """
    return next((one for one in SETS if region in one), None)
