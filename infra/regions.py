"""Aurora DSQL's Region sets and the checks on a triple of primary, secondary and witness Region.

Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/what-is-aurora-dsql.html#region-availability and
https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_CreateCluster.html (the witness cannot be the Region of
the cluster). The sets grow; the modules' `region_sets` input takes a newer list without a release of ours.
"""

REGION_SETS: dict[str, list[str]] = {
    "asia_pacific": ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
    "europe": ["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"],
    "united_states": ["us-east-1", "us-east-2", "us-west-2"],
}

_PRIMARY, _SECONDARY, _WITNESS = (f"data.aws_region.{alias}.id" for alias in ("primary", "secondary", "witness"))
_TRIPLE = f"[{_PRIMARY}, {_SECONDARY}, {_WITNESS}]"
_GIVEN = f"got primary ${{{_PRIMARY}}}, secondary ${{{_SECONDARY}}}, witness ${{{_WITNESS}}}"

# (condition, error message) as Terraform evaluates them, at plan time: the Regions are those of the three providers.
TRIPLE_CHECKS: list[tuple[str, str]] = [
    (
        f"${{{_PRIMARY} != {_SECONDARY}}}",
        f"The two clusters must be in different Regions, {_GIVEN}. Give `aws.primary` and `aws.secondary` "
        "providers of two Regions.",
    ),
    (
        f"${{!contains([{_PRIMARY}, {_SECONDARY}], {_WITNESS})}}",
        f"The witness must be a third Region that holds neither cluster, {_GIVEN}. Give `aws.witness` a provider of "
        "another Region of the same set.",
    ),
    (
        f"${{anytrue([for set in values(var.region_sets) : length(setsubtract({_TRIPLE}, set)) == 0])}}",
        f"All three Regions must belong to one Region set of Aurora DSQL, {_GIVEN}. Allowed: "
        '${join("; ", [for set in values(var.region_sets) : join(", ", sort(set))])}. Where AWS has added Regions '
        "since, give the sets in `region_sets`.",
    ),
]

_ITS_WITNESS = "one(self.multi_region_properties).witness_region"
# The same of a cluster that exists: its changes are ignored, so that another witness has to be refused.
SAME_WITNESS = (
    f"${{{_ITS_WITNESS} == {_WITNESS}}}",
    f"The witness of a cluster cannot change: it has ${{{_ITS_WITNESS}}}, and `aws.witness` is a provider of "
    f"${{{_WITNESS}}}. Give `aws.witness` a provider of ${{{_ITS_WITNESS}}}. Only new, empty clusters take "
    "another one: `-replace` both.",
)
